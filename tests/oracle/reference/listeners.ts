/** Jobs at the beginning and the end of an element, one after the other (not of the standard). */
import type { JsonObject } from '@braid/core/base/json.ts'
import type { ExecutionListener } from '@braid/core/model/program.ts'
import { openJob } from './jobs.ts'
import type { Living } from './living.ts'
import type { Machine } from './machine.ts'

export const hasListeners = ({ node }: Living, on: ExecutionListener['on']): boolean =>
  node.listeners?.some((listener) => listener.on === on) === true

/** `tell`: what a listener gives goes somewhere. */
export function askListeners(
  machine: Machine,
  living: Living,
  on: ExecutionListener['on'],
  tell: (variables: JsonObject, then: () => void) => void,
  then: () => void,
): void {
  const listeners = (living.node.listeners ?? []).filter((listener) => listener.on === on)
  const next = (index: number): void => {
    const listener = listeners[index]
    if (listener === undefined) then()
    else
      openJob(machine, living, listener.job, (variables) => tell(variables, () => next(index + 1)), {
        on,
        index,
      })
  }
  next(0)
}

/** Waits of an element for work that somebody outside does. */
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Event, EventOf } from '@braid/core/engine/event.ts'
import type { JobSpec } from '@braid/core/model/program.ts'
import type { Living, Wait, WaitKind } from './living.ts'
import type { Machine } from './machine.ts'
import { evaluate } from './variables.ts'

export function openWait(
  machine: Machine,
  living: Living,
  kind: WaitKind,
  isIt: (event: Event) => boolean,
  occur: (variables: JsonObject) => void,
): void {
  machine.expect({
    owner: living,
    says: `${living.node.id} waits for its ${kind}`,
    isIt: (event) => isIt(event) && 'elementInstanceKey' in event && event.elementInstanceKey === living.key,
    happen: (event) => {
      const key = event.type === 'call-started' ? event.childKey : (event as EventOf<'job-created'>).key
      const wait: Wait = { kind, owner: living, element: living.node.id, occur }
      if (event.type === 'job-created') wait.retries = event.retries
      machine.waits.set(key, wait)
      living.waits.set(key, wait)
    },
  })
}

type Listening = { readonly on: string; readonly index: number }

/** `listening`: the job is that of a listener of the element. */
export function openJob(
  machine: Machine,
  living: Living,
  { type, retries }: JobSpec,
  occur: (variables: JsonObject) => void,
  listening?: Listening,
): void {
  const isIt = (event: Event): boolean =>
    event.type === 'job-created' &&
    event.jobType === evaluate(machine, type, living) &&
    event.retries === Number(evaluate(machine, retries, living)) &&
    (event.items === true) === (listening === undefined && living.node.type === 'loop') &&
    event.listener?.on === listening?.on &&
    event.listener?.index === listening?.index
  openWait(machine, living, 'job', isIt, occur)
}

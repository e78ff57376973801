/** Activities without a fixed order (BPMN 2.0.2 §13.3.5). */
import type { AdHocSubProcessNode } from '@braid/core/model/program.ts'
import type { Living } from './living.ts'
import type { Machine } from './machine.ts'
import { evaluate } from './variables.ts'

export function enterAdHoc(machine: Machine, living: Living, node: AdHocSubProcessNode): void {
  const wanted =
    node.activeElements === undefined ? node.starts : evaluate(machine, node.activeElements, living)
  if (!Array.isArray(wanted) || !wanted.every((id) => typeof id === 'string')) {
    machine.expectTrouble(living, 'EXTRACT_VALUE_ERROR', () => enterAdHoc(machine, living, node))
    return
  }
  living.adHoc = { queue: [...(wanted as string[])], isOver: false, isOpen: false }
  machine.expect({
    owner: living,
    optional: true,
    says: `${node.id} can be told to activate elements`,
    isIt: (event) => event.type === 'activation-awaited' && event.elementInstanceKey === living.key,
    happen: (event) => {
      if (event.type !== 'activation-awaited') return
      const wait = { kind: 'activation', owner: living, element: node.id, occur: () => undefined } as const
      machine.waits.set(event.key, wait)
      living.waits.set(event.key, wait)
    },
  })
  startQueued(machine, living, node)
}

function startQueued(machine: Machine, living: Living, node: AdHocSubProcessNode): void {
  const queue = living.adHoc?.queue ?? []
  for (const id of queue.splice(0, node.sequential ? 1 : queue.length)) machine.activate(id, living)
}

/** Something inside has completed. */
export function adHocGoesOn(machine: Machine, living: Living): void {
  const { node, adHoc } = living
  if (node.type !== 'ad-hoc-sub-process' || adHoc === undefined || living.phase !== 'active') return
  const { completionCondition, cancelRemaining } = node
  if (completionCondition === undefined || evaluate(machine, completionCondition, living) !== true) return
  adHoc.isOver = true
  adHoc.queue = []
  if (!cancelRemaining) return
  machine.interrupt(living)
  machine.complete(living)
}

/** Nothing is left inside. */
export function adHocIsQuiet(machine: Machine, living: Living): void {
  const { node, adHoc } = living
  if (node.type !== 'ad-hoc-sub-process' || adHoc === undefined || adHoc.isOpen) return
  if (!adHoc.isOver && adHoc.queue.length > 0) {
    startQueued(machine, living, node)
    return
  }
  if (adHoc.isOver || node.completionCondition === undefined) {
    machine.complete(living)
    return
  }
  // Told to go on by a command only.
  adHoc.isOpen = true
}

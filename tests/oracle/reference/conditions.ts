/** Conditions that become true (BPMN 2.0.2 §10.5.5): looked at when the wait opens and when variables change. */
import type { Event } from '@braid/core/engine/event.ts'
import type { Expression } from '@braid/core/model/program.ts'
import { endsInside } from './endings.ts'
import type { Wait } from './living.ts'
import type { Machine } from './machine.ts'
import { evaluate } from './variables.ts'

const conditions = new WeakMap<Wait, Expression>()

/** The wait has opened. */
export function watch(machine: Machine, wait: Wait, condition: Expression): void {
  conditions.set(wait, condition)
  wait.wasMet = false
  look(machine, wait, condition)
}

export function conditionsChanged(machine: Machine): void {
  for (const wait of [...machine.waits.values()]) {
    const condition = conditions.get(wait)
    if (condition !== undefined && wait.owner.phase !== 'doomed') look(machine, wait, condition)
  }
}

function look(machine: Machine, wait: Wait, condition: Expression): void {
  const isMet = evaluate(machine, condition, wait.owner) === true
  if (isMet === wait.wasMet) return
  wait.wasMet = isMet
  if (!isMet) {
    // Something that occurred earlier has made it false before it was looked at.
    for (const step of machine.steps) if (step.of === wait) step.optional = true
    return
  }
  machine.expect({
    owner: wait.owner,
    of: wait,
    // What completes is not interrupted by what its own result changes.
    optional: wait.owner.phase === 'leaving',
    says: `the condition of ${wait.element} has become true`,
    isIt: (event) => event.type === 'condition-changed' && event.met && machine.waits.get(event.key) === wait,
    happen: () => wait.occur({}),
    // What interrupts shows by what it ends.
    mayShowBy: (event) => isAbout(machine, event, wait),
  })
}

/** Whether the event is of the element that waits, or of something inside of it. */
function isAbout(machine: Machine, event: Event, { owner, element }: Wait): boolean {
  if (event.type !== 'element-activated') return endsInside(machine, event, owner)
  return event.element === element || machine.node(element).scope === event.element
}

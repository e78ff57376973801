/** What a command still has to do at once, first in first out. */
import type { Key } from '../base/key.ts'
import { checkConditions } from './condition.ts'
import { checkScope, enter } from './lifecycle.ts'
import type { Step, Transition } from './transition.ts'

/** Works until nothing is left to do at once. */
export function runAgenda(tx: Transition): void {
  const { agenda, throwers } = tx
  for (let done = 0; done < agenda.length; done++) {
    doStep(tx, agenda[done] as Step)
    // A signal comes after all that can still begin to wait for it.
    if (done === agenda.length - 1 && throwers.length > 0)
      agenda.push({ kind: 'enter', key: throwers.shift() as Key })
  }
}

function doStep(tx: Transition, step: Step): void {
  switch (step.kind) {
    case 'enter':
      enter(tx, step.key, step.payload)
      break
    case 'throw':
      tx.throwers.push(step.key)
      break
    case 'check-scope':
      checkScope(tx, step.scope)
      break
    case 'check-conditions':
      checkConditions(tx)
  }
}

/** What a command still has to do at once, first in first out. */
import type { Key } from '../base/key.ts'
import { checkConditions } from './condition.ts'
import { checkScope, enter } from './lifecycle.ts'
import { nodeOfInstance, type Step, type Transition } from './transition.ts'

/** Works until nothing is left to do at once. */
export function runAgenda(tx: Transition): void {
  const throwers: Key[] = []
  do {
    for (let done = 0; done < tx.agenda.length; done++) doStep(tx, tx.agenda[done] as Step, throwers)
    tx.agenda.length = 0
    // A signal comes after all that can still begin to wait for it.
    const thrower = throwers.shift()
    if (thrower !== undefined) enter(tx, thrower, undefined)
  } while (tx.agenda.length > 0 || throwers.length > 0)
}

function doStep(tx: Transition, step: Step, throwers: Key[]): void {
  if (step.kind === 'check-scope') checkScope(tx, step.scope)
  else if (step.kind === 'check-conditions') checkConditions(tx)
  else if (throwsSignal(tx, step.key)) throwers.push(step.key)
  else enter(tx, step.key, step.payload)
}

function throwsSignal(tx: Transition, key: Key): boolean {
  const instance = tx.state.elements.get(key)
  return instance !== undefined && nodeOfInstance(tx, instance).throwsSignal
}

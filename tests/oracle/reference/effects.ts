/** What events throw (BPMN 2.0.2 §13.5.1–13.5.5). */
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Event } from '@braid/core/engine/event.ts'
import type { Effect } from '@braid/core/model/program.ts'
import { escalate, throwError } from './catching.ts'
import { cancelTransaction, throwCompensation } from './compensation.ts'
import { finishWith } from './enter.ts'
import { openJob } from './jobs.ts'
import type { Living } from './living.ts'
import type { Machine } from './machine.ts'
import { evaluate } from './variables.ts'

/** `then`: the thrower goes on. Not called by what ends it. */
export function runEffect(machine: Machine, living: Living, effect: Effect, then: () => void): void {
  const text = (expression: Parameters<typeof evaluate>[1]): string =>
    String(evaluate(machine, expression, living))
  switch (effect.kind) {
    case 'none':
      then()
      return
    case 'message':
      expectSaid(machine, living, `message ${text(effect.name)}`, then, (event) => {
        if (event.type !== 'message-published' || event.name !== text(effect.name)) return false
        return event.correlationKey === (effect.correlationKey ? text(effect.correlationKey) : '')
      })
      return
    case 'signal':
      broadcast(machine, living, text(effect.name), then)
      return
    case 'error':
      throwError(machine, living, text(effect.code), living.variables)
      return
    case 'escalation':
      escalate(machine, living, text(effect.code), living.variables, then)
      return
    case 'terminate':
      living.afterwards = () => living.scope && terminate(machine, living.scope)
      machine.complete(living)
      return
    case 'compensation':
      throwCompensation(machine, living, effect, then)
      return
    case 'cancel':
      cancelTransaction(machine, living)
      return
    case 'multiple':
      runAll(machine, living, effect.effects, then)
      return
    case 'job':
      openJob(machine, living, effect.job, (variables) => finishWith(machine, living, variables))
      return
  }
}

function runAll(machine: Machine, living: Living, effects: readonly Effect[], then: () => void): void {
  const [first, ...rest] = effects
  if (first === undefined) then()
  else runEffect(machine, living, first, () => runAll(machine, living, rest, then))
}

function expectSaid(
  machine: Machine,
  owner: Living,
  says: string,
  then: (event: Event) => void,
  isIt: (event: Event) => boolean,
): void {
  machine.expect({ owner, says, isIt, happen: then })
}

/** A signal reaches what waits in the instance itself before its token goes on. */
function broadcast(machine: Machine, living: Living, name: string, then: () => void): void {
  const isIt = (event: Event): boolean => event.type === 'signal-broadcast' && event.name === name
  expectSaid(machine, living, `signal ${name}`, heard, isIt)
  function heard(event: Event): void {
    const payload: JsonObject = event.type === 'signal-broadcast' ? event.variables : {}
    const before = new Set(machine.steps)
    for (const [key, wait] of [...machine.waits]) {
      if (wait.kind !== 'signal' || wait.name !== name || wait.owner.phase === 'doomed') continue
      machine.expect({
        owner: wait.owner,
        of: wait,
        // What is about to complete may have stopped to listen.
        optional: wait.owner.phase === 'leaving',
        says: `signal ${name} reaches ${wait.element}`,
        isIt: (triggered) => triggered.type === 'subscription-triggered' && triggered.key === key,
        happen: () => wait.occur(payload),
      })
    }
    const heard = machine.steps.filter((step) => !before.has(step))
    machine.goOnAfter(living, heard, then)
  }
}

/** The scope ends at once, as if everything in it had come to its end. */
function terminate(machine: Machine, scope: Living): void {
  machine.interrupt(scope)
}

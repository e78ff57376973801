/** What throw and end events and send tasks do. */
import { addDuration, parseDuration } from '../base/duration.ts'
import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import { failure, type Result, success } from '../base/result.ts'
import type { Effect } from '../model/program.ts'
import { startCompensation } from './compensation.ts'
import { endByError, escalateToParent, throwFrom } from './error.ts'
import { createJob } from './job.ts'
import { completeElement, terminateChildren } from './lifecycle.ts'
import type { ElementInstance } from './state.ts'
import { cancelTransaction } from './transaction.ts'
import { elementInstance, emit, type Problem, type Transition } from './transition.ts'
import { triggerEvent } from './trigger.ts'
import { evaluate, evaluateText } from './variables.ts'
import { findWait } from './waits.ts'

/** Does it and completes the element, or waits for what does it. */
export function applyEffect(tx: Transition, instance: ElementInstance, effect: Effect): Problem | undefined {
  switch (effect.kind) {
    case 'none':
      completeElement(tx, instance)
      return undefined
    case 'job':
      return createJob(tx, instance, effect.job)
    case 'terminate':
      terminateScope(tx, instance)
      return undefined
    case 'compensation':
      return startCompensation(tx, instance, effect)
    case 'cancel':
      return cancelTransaction(tx, instance)
    default: {
      const problem = throwEffect(tx, instance, effect)
      // Who catches it may have ended the thrower.
      if (problem === undefined && tx.state.elements.has(instance.key)) completeElement(tx, instance)
      return problem
    }
  }
}

type EffectOf<K extends Effect['kind']> = Extract<Effect, { readonly kind: K }>

/** Throws without an effect on the thrower but what somebody who catches it has. Nothing is thrown when there is a problem. */
export function throwEffect(tx: Transition, instance: ElementInstance, effect: Effect): Problem | undefined {
  const act = prepare(tx, instance, effect)
  if (!act.ok) return act.error
  act.value()
  return undefined
}

type Act = () => void

function prepare(tx: Transition, instance: ElementInstance, effect: Effect): Result<Act, Problem> {
  switch (effect.kind) {
    case 'message':
      return prepareMessage(tx, instance, effect)
    case 'signal':
      return prepareSignal(tx, instance, effect)
    case 'error':
      return prepareError(tx, instance, effect)
    case 'escalation':
      return prepareEscalation(tx, instance, effect)
    case 'multiple':
      return prepareAll(tx, instance, effect.effects)
    default:
      throw new Error(`${instance.element} can't throw ${effect.kind}`)
  }
}

/** All or nothing; the rest is not thrown when one ends the thrower. */
function prepareAll(
  tx: Transition,
  instance: ElementInstance,
  effects: readonly Effect[],
): Result<Act, Problem> {
  const acts: Act[] = []
  for (const effect of effects) {
    const act = prepare(tx, instance, effect)
    if (!act.ok) return act
    acts.push(act.value)
  }
  return success(() => {
    for (const act of acts) if (tx.state.elements.has(instance.key)) act()
  })
}

function prepareMessage(
  tx: Transition,
  instance: ElementInstance,
  effect: EffectOf<'message'>,
): Result<Act, Problem> {
  const name = evaluateText(tx, effect.name, instance.key, 'message name')
  if (!name.ok) return name
  const key =
    effect.correlationKey && evaluateText(tx, effect.correlationKey, instance.key, 'correlation key')
  if (key !== undefined && !key.ok) return key
  const id = effect.messageId && evaluateText(tx, effect.messageId, instance.key, 'message id')
  if (id !== undefined && !id.ok) return id
  const timeToLive = evaluateTimeToLive(tx, instance, effect)
  if (!timeToLive.ok) return timeToLive
  return success(() =>
    emit(tx, {
      type: 'message-published',
      key: tx.keys.next(),
      name: name.value,
      correlationKey: key?.value ?? '',
      ...(id === undefined ? {} : { messageId: id.value }),
      timeToLiveMs: timeToLive.value,
      variables: instance.variables,
    }),
  )
}

/** A message thrown by a process waits for its receiver this long when the model doesn't say. */
const defaultTimeToLiveMs = 3_600_000

function evaluateTimeToLive(
  tx: Transition,
  instance: ElementInstance,
  effect: EffectOf<'message'>,
): Result<number, Problem> {
  if (effect.timeToLive === undefined) return success(defaultTimeToLiveMs)
  const result = evaluate(tx, effect.timeToLive, instance.key)
  if (!result.ok) return result
  if (typeof result.value === 'number' && result.value >= 0) return success(result.value)
  const duration = parseDuration(String(result.value))
  const end = duration.ok ? addDuration(tx.now, duration.value) : undefined
  if (end !== undefined && end >= tx.now) return success(end - tx.now)
  const message = `message time to live: ${duration.ok ? 'expected a span that ends in the future' : duration.error}`
  return failure({ type: 'EXTRACT_VALUE_ERROR', message })
}

function prepareSignal(
  tx: Transition,
  instance: ElementInstance,
  effect: EffectOf<'signal'>,
): Result<Act, Problem> {
  const name = evaluateText(tx, effect.name, instance.key, 'signal name')
  if (!name.ok) return name
  return success(() => {
    const signal = { key: tx.keys.next(), name: name.value, variables: instance.variables }
    emit(tx, { type: 'signal-broadcast', ...signal })
    receiveOwnSignal(tx, signal)
  })
}

/**
 * What waits for the signal in this instance gets it before the token goes on, or it could be gone by the time the
 * signal comes back from the store, which delivers to other instances only.
 */
function receiveOwnSignal(
  tx: Transition,
  signal: { readonly key: Key; readonly name: string; readonly variables: JsonObject },
): void {
  const waiting = [...tx.state.elements.values()]
    .flatMap((element) => element.waits)
    .filter((wait) => wait.kind === 'signal' && wait.name === signal.name)
  for (const { key } of waiting) {
    const subscription = findWait(tx, key, ['message', 'signal'])
    // One that was triggered before may have ended this one.
    if (subscription === undefined) continue
    emit(tx, { type: 'subscription-triggered', key, source: signal.key })
    triggerEvent(tx, subscription.owner, subscription.wait.element, signal.variables, key)
  }
}

/** Whoever catches it ends the thrower; when nobody does, the instance ends. */
function prepareError(
  tx: Transition,
  instance: ElementInstance,
  effect: EffectOf<'error'>,
): Result<Act, Problem> {
  const code = evaluateText(tx, effect.code, instance.key, 'error code')
  if (!code.ok) return code
  const thrown = { kind: 'error', code: code.value, message: '', variables: instance.variables } as const
  return success(() => {
    if (!throwFrom(tx, instance, thrown)) endByError(tx, instance.key, thrown)
  })
}

/** The thrower goes on, unless whoever catches it interrupts its scope. */
function prepareEscalation(
  tx: Transition,
  instance: ElementInstance,
  effect: EffectOf<'escalation'>,
): Result<Act, Problem> {
  const code = evaluateText(tx, effect.code, instance.key, 'escalation code')
  if (!code.ok) return code
  const thrown = { kind: 'escalation', code: code.value, message: '', variables: instance.variables } as const
  return success(() => {
    if (!throwFrom(tx, instance, thrown)) escalateToParent(tx, thrown)
  })
}

/** All other tokens of the scope are gone, so it completes (BPMN 2.0 §13.5.6). */
function terminateScope(tx: Transition, instance: ElementInstance): void {
  if (instance.scope === undefined) throw new Error(`terminate event ${instance.element} is in no scope`)
  const scope = elementInstance(tx, instance.scope)
  completeElement(tx, instance)
  terminateChildren(tx, scope)
}

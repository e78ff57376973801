/** What an instance waited for: time, messages, signals, called instances. */

import type { Key } from '../../base/key.ts'
import { limits } from '../../base/limits.ts'
import type { CallActivityNode } from '../../model/program.ts'
import type { FireTimer, ReceiveOutcome, Rejection, TriggerSubscription } from '../command.ts'
import { escalateToParent, throwFrom, throwOrPassOn } from '../error.ts'
import { type GraphNode, nodeOf } from '../graph.ts'
import { raiseIncident } from '../incident.ts'
import { completeElement } from '../lifecycle.ts'
import { withoutOldMisses } from '../missed-firings.ts'
import type { ElementInstance, TimerWait } from '../state.ts'
import { followingDue } from '../timer.ts'
import { activateNode } from '../token.ts'
import { emit, nodeOfInstance, type Transition } from '../transition.ts'
import { isInterrupting, needsAll, triggerEvent } from '../trigger.ts'
import { findWait } from '../waits.ts'

/**
 * Never before it is due (I4). A cycle that goes on is armed again first, so that it keeps its beat. In the flow of
 * tokens (BPMN 2.0 §10.5.5) a cycle that says how often lets as many tokens pass, one by one; an endless one is a delay
 * until its next time.
 */
export function fireTimer(tx: Transition, command: FireTimer): Rejection | undefined {
  const timer = findWait(tx, command.timerKey, ['timer'])
  if (timer === undefined)
    return { kind: 'not-found', message: `no timer ${command.timerKey}: it fired or was canceled` }
  const { owner, wait } = timer
  if (tx.now < wait.due)
    return { kind: 'conflict', message: `timer ${wait.key} is not due before ${wait.due}` }
  emit(tx, { type: 'timer-fired', key: wait.key })
  const event = nodeOf(tx.graph, wait.element)
  const passes = passesAgain(owner, event, wait)
  const following = passes || goesOn(owner, event) ? followingDue(wait) : undefined
  const next = following && withoutOldMisses(following, tx.now, limits.missedFirings)
  if (next !== undefined) {
    emit(tx, {
      type: 'timer-armed',
      key: tx.keys.next(),
      elementInstanceKey: owner.key,
      element: wait.element,
      ...(wait.part === undefined ? {} : { part: wait.part }),
      ...next,
    })
  }
  if (passes && next !== undefined && owner.scope !== undefined)
    activateNode(tx, event, owner.scope, undefined, {})
  else triggerEvent(tx, owner, wait.element, {}, wait.key)
  return undefined
}

/** What is beside the flow of tokens occurs again and again. */
const goesOn = (owner: ElementInstance, event: GraphNode): boolean =>
  !isInterrupting(event) && !needsAll(event) && owner.element !== event.id

/** The token that waits stays, and another one passes. */
const passesAgain = (
  owner: ElementInstance,
  { id, def }: GraphNode,
  { repetitions = 0 }: TimerWait,
): boolean =>
  owner.element === id && def.type === 'catch-event' && def.trigger.kind === 'timer' && repetitions > 0

export function triggerSubscription(tx: Transition, command: TriggerSubscription): Rejection | undefined {
  const subscription = findWait(tx, command.subscriptionKey, ['message', 'signal'])
  if (subscription === undefined) {
    return { kind: 'not-found', message: `no open subscription ${command.subscriptionKey}` }
  }
  emit(tx, { type: 'subscription-triggered', key: command.subscriptionKey, source: command.source })
  const { owner, wait } = subscription
  triggerEvent(tx, owner, wait.element, command.variables, wait.key)
  return undefined
}

export const nobodyWaits = (childKey: Key): Rejection => ({
  kind: 'not-found',
  message: `nobody waits for process instance ${childKey}`,
})

export function receiveOutcome(tx: Transition, command: ReceiveOutcome): Rejection | undefined {
  const call = findWait(tx, command.childKey, ['call'])
  if (call === undefined) return nobodyWaits(command.childKey)
  const { outcome, childKey } = command
  const { owner } = call
  if (outcome.kind === 'escalation') {
    const thrown = {
      kind: 'escalation',
      code: outcome.code,
      message: '',
      variables: outcome.variables,
    } as const
    emit(tx, { type: 'escalation-received', childKey, code: outcome.code })
    if (!throwFrom(tx, owner, thrown)) escalateToParent(tx, thrown)
    return undefined
  }
  emit(tx, { type: 'call-ended', elementInstanceKey: owner.key, childKey, outcome: outcome.kind })
  if (outcome.kind === 'completed') completeCall(tx, owner, outcome.variables)
  else if (outcome.kind === 'error') failCall(tx, owner, outcome)
  else
    raiseCallIncident(
      tx,
      owner,
      outcome.kind === 'refused' ? outcome.message : 'the called process instance was canceled',
    )
  return undefined
}

function completeCall(tx: Transition, owner: ElementInstance, variables: ReceiveOutcomeVariables): void {
  const { call, outputs } = nodeOfInstance(tx, owner).def as CallActivityNode
  completeElement(tx, owner, call.propagateAllChildVariables || outputs.length > 0 ? variables : {})
}

type ReceiveOutcomeVariables = Extract<ReceiveOutcome['outcome'], { readonly kind: 'completed' }>['variables']

function failCall(
  tx: Transition,
  owner: ElementInstance,
  error: Extract<ReceiveOutcome['outcome'], { readonly kind: 'error' }>,
): void {
  const { code, message, variables } = error
  if (throwOrPassOn(tx, owner, { kind: 'error', code, message, variables })) return
  raiseIncident(tx, owner, 'activate', {
    type: 'UNHANDLED_ERROR_EVENT',
    message: `expected somebody to catch error '${code}' of the process called by '${owner.element}'`,
  })
}

const raiseCallIncident = (tx: Transition, owner: ElementInstance, message: string): void =>
  raiseIncident(tx, owner, 'activate', { type: 'CALLED_ELEMENT_ERROR', message })

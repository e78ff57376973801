/** Opening and closing what an element instance waits for. */
import type { Key } from '../base/key.ts'
import { type Result, success } from '../base/result.ts'
import type { Event } from './event.ts'
import type { TriggeredNode } from './graph.ts'
import type { ElementInstance, Wait } from './state.ts'
import { firstDue } from './timer.ts'
import { emit, type Problem, type Transition } from './transition.ts'
import { evaluateText } from './variables.ts'

/**
 * The event that opens a wait for `node`'s trigger at `owner`; `undefined` when the trigger is one that is found by
 * walking the scopes (error, escalation) or needs no wait.
 */
function opening(tx: Transition, owner: Key, node: TriggeredNode): Result<Event | undefined, Problem> {
  const { trigger } = node.def
  switch (trigger.kind) {
    case 'none':
    case 'error':
    case 'escalation':
      return success(undefined)
    case 'timer': {
      const due = firstDue(tx, owner, trigger)
      if (!due.ok) return due
      return success({
        type: 'timer-armed',
        key: tx.keys.next(),
        elementInstanceKey: owner,
        element: node.id,
        ...due.value,
      })
    }
    case 'signal': {
      const name = evaluateText(tx, trigger.name, owner, `signal name of '${node.id}'`)
      if (!name.ok) return name
      return success({
        type: 'subscription-opened',
        key: tx.keys.next(),
        kind: 'signal',
        elementInstanceKey: owner,
        element: node.id,
        name: name.value,
      })
    }
    case 'message': {
      const name = evaluateText(tx, trigger.name, owner, `message name of '${node.id}'`)
      if (!name.ok) return name
      const key =
        trigger.correlationKey === undefined
          ? success('')
          : evaluateText(tx, trigger.correlationKey, owner, `correlation key of '${node.id}'`)
      if (!key.ok) return key
      return success({
        type: 'subscription-opened',
        key: tx.keys.next(),
        kind: 'message',
        elementInstanceKey: owner,
        element: node.id,
        name: name.value,
        correlationKey: key.value,
      })
    }
  }
}

/** Opens waits for all nodes, or none of them when one can't be opened. */
export function openWaits(tx: Transition, owner: Key, nodes: readonly TriggeredNode[]): Problem | undefined {
  if (nodes.length === 0) return undefined
  const events: Event[] = []
  for (const node of nodes) {
    const event = opening(tx, owner, node)
    if (!event.ok) return event.error
    if (event.value !== undefined) events.push(event.value)
  }
  for (const event of events) emit(tx, event)
  return undefined
}

function closing(tx: Transition, wait: Wait): Event {
  switch (wait.kind) {
    case 'job':
      return { type: 'job-canceled', key: wait.key }
    case 'user-task':
      return { type: 'user-task-canceled', key: wait.key }
    case 'timer':
      return { type: 'timer-canceled', key: wait.key }
    case 'message':
    case 'signal':
      return { type: 'subscription-closed', key: wait.key }
    case 'call':
      return { type: 'call-canceled', key: tx.keys.next(), childKey: wait.key }
  }
}

export function closeWait(tx: Transition, wait: Wait): void {
  emit(tx, closing(tx, wait))
}

export function closeWaits(tx: Transition, instance: ElementInstance): void {
  for (const wait of instance.waits) closeWait(tx, wait)
}

export function findWait<K extends Wait['kind']>(
  tx: Transition,
  key: Key,
  kinds: readonly K[],
): { readonly owner: ElementInstance; readonly wait: Extract<Wait, { readonly kind: K }> } | undefined {
  const ownerKey = tx.state.owners.get(key)
  const owner = ownerKey === undefined ? undefined : tx.state.elements.get(ownerKey)
  const wait = owner?.waits.find((candidate) => candidate.key === key)
  if (owner === undefined || wait === undefined || !(kinds as readonly string[]).includes(wait.kind))
    return undefined
  return { owner, wait: wait as Extract<Wait, { readonly kind: K }> }
}

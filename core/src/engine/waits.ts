/** Opening and closing what an element instance waits for. */
import type { Key } from '../base/key.ts'
import { type Result, success } from '../base/result.ts'
import type { Trigger } from '../model/program.ts'
import type { Event } from './event.ts'
import type { TriggeredNode } from './graph.ts'
import type { ElementInstance, Wait } from './state.ts'
import { firstDue } from './timer.ts'
import { emit, type Problem, type Transition } from './transition.ts'
import { evaluateText } from './variables.ts'

type Opening = {
  readonly owner: Key
  readonly node: TriggeredNode
  /** Which trigger of a multiple event. */
  readonly part?: number
}

/**
 * The events that open the waits for a trigger; none when it is one that is found by walking the scopes (error,
 * escalation, cancel, compensation) or needs no wait.
 */
function opening(tx: Transition, trigger: Trigger, at: Opening): Result<readonly Event[], Problem> {
  switch (trigger.kind) {
    case 'none':
    case 'error':
    case 'escalation':
    case 'compensation':
    case 'cancel':
      return success([])
    case 'timer':
      return openTimer(tx, trigger, at)
    case 'signal':
      return openSignal(tx, trigger, at)
    case 'message':
      return openMessage(tx, trigger, at)
    case 'conditional':
      return success([{ type: 'condition-awaited', key: tx.keys.next(), ...placeOf(at) }])
    case 'multiple':
      return openAll(trigger.triggers.map((part, index) => () => opening(tx, part, { ...at, part: index })))
  }
}

function openAll(
  openings: readonly (() => Result<readonly Event[], Problem>)[],
): Result<readonly Event[], Problem> {
  const events: Event[] = []
  for (const open of openings) {
    const opened = open()
    if (!opened.ok) return opened
    events.push(...opened.value)
  }
  return success(events)
}

const placeOf = ({ owner, node, part }: Opening) => ({
  elementInstanceKey: owner,
  element: node.id,
  ...(part === undefined ? {} : { part }),
})

type TriggerOf<K extends Trigger['kind']> = Extract<Trigger, { readonly kind: K }>

function openTimer(tx: Transition, trigger: TriggerOf<'timer'>, at: Opening): Result<Event[], Problem> {
  const due = firstDue(tx, at.owner, trigger)
  if (!due.ok) return due
  return success([{ type: 'timer-armed', key: tx.keys.next(), ...placeOf(at), ...due.value }])
}

function openSignal(tx: Transition, trigger: TriggerOf<'signal'>, at: Opening): Result<Event[], Problem> {
  const name = evaluateText(tx, trigger.name, at.owner, `signal name of '${at.node.id}'`)
  if (!name.ok) return name
  const key = tx.keys.next()
  return success([{ type: 'subscription-opened', key, kind: 'signal', ...placeOf(at), name: name.value }])
}

function openMessage(tx: Transition, trigger: TriggerOf<'message'>, at: Opening): Result<Event[], Problem> {
  const name = evaluateText(tx, trigger.name, at.owner, `message name of '${at.node.id}'`)
  if (!name.ok) return name
  const correlationKey =
    trigger.correlationKey === undefined
      ? success('')
      : evaluateText(tx, trigger.correlationKey, at.owner, `correlation key of '${at.node.id}'`)
  if (!correlationKey.ok) return correlationKey
  return success([
    {
      type: 'subscription-opened',
      key: tx.keys.next(),
      kind: 'message',
      ...placeOf(at),
      name: name.value,
      correlationKey: correlationKey.value,
    },
  ])
}

/** Opens waits for all nodes, or none of them when one can't be opened. */
export function openWaits(tx: Transition, owner: Key, nodes: readonly TriggeredNode[]): Problem | undefined {
  if (nodes.length === 0) return undefined
  const events = openAll(nodes.map((node) => () => opening(tx, node.def.trigger, { owner, node })))
  if (!events.ok) return events.error
  for (const event of events.value) {
    emit(tx, event)
    // It may hold already.
    if (event.type === 'condition-awaited') tx.agenda.push({ kind: 'check-conditions' })
  }
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
    case 'condition':
      return { type: 'condition-dropped', key: wait.key }
    case 'activation':
      return { type: 'activation-dropped', key: wait.key }
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
  if (owner === undefined) return undefined
  for (const wait of owner.waits) {
    if (wait.key !== key || !(kinds as readonly string[]).includes(wait.kind)) continue
    return { owner, wait: wait as Extract<Wait, { readonly kind: K }> }
  }
  return undefined
}

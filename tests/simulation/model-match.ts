/** Messages, signals and what they meet, by the rules of the port. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { ExecutionStore, Match } from '../../server/src/store/port.ts'
import type { MessageEntry, ModelTables, StartSubscriptionEntry, SubscriptionEntry } from './model-tables.ts'

export const claimName = (source: Key, claim: string): string => `${source} ${claim}`

type Pair = Omit<Match, 'message'> & { readonly message: MessageEntry }

const isClaimed = (tables: ModelTables, source: Key, claim: string): boolean =>
  tables.claims.has(claimName(source, claim))

function subscriptionPair(message: MessageEntry, subscription: SubscriptionEntry): Pair | undefined {
  if (subscription.kind !== message.kind || subscription.name !== message.name) return undefined
  if (subscription.openedAt > message.expiresAt) return undefined
  // A thrower has heard its own signal already.
  if (message.thrownBy === subscription.instanceKey) return undefined
  if (subscription.instanceKey === message.thrownBy) return undefined
  if (message.kind === 'message' && subscription.correlationKey !== message.correlationKey) return undefined
  const { key, instanceKey, definitionKey, processId, element } = subscription
  const claim = message.kind === 'message' ? `process:${processId}` : `subscription:${key}`
  return {
    message,
    subscription: { key, instanceKey },
    definitionKey,
    processId,
    element,
    claim: { source: message.key, claim },
  }
}

/** Whether an instance that a message key started kept a message from starting another one. */
function isHeldBack(tables: ModelTables, processId: string, message: MessageEntry, active: boolean): boolean {
  for (const instance of tables.instances.values()) {
    if (instance.processId !== processId || instance.startKey !== message.correlationKey) continue
    if (active && instance.status === 'active') return true
    const { createdAt, endedAt } = instance
    if (createdAt <= message.expiresAt && endedAt !== undefined && endedAt > message.expiresAt) return true
  }
  return false
}

function hasOlder(tables: ModelTables, start: StartSubscriptionEntry, message: MessageEntry): boolean {
  for (const older of tables.messages.values()) {
    if (older.kind !== 'message' || older.key >= message.key || older.name !== message.name) continue
    if (older.correlationKey !== message.correlationKey || start.openedAt > older.expiresAt) continue
    if (isClaimed(tables, older.key, `process:${start.processId}`)) continue
    if (!isHeldBack(tables, start.processId, older, false)) return true
  }
  return false
}

function startPair(
  tables: ModelTables,
  message: MessageEntry,
  start: StartSubscriptionEntry,
): Pair | undefined {
  if (start.kind !== message.kind || start.name !== message.name) return undefined
  if (start.openedAt > message.expiresAt) return undefined
  const { definitionKey, processId, element } = start
  if (message.kind === 'message' && message.correlationKey !== '') {
    if (isHeldBack(tables, processId, message, true) || hasOlder(tables, start, message)) return undefined
  }
  const claim = message.kind === 'message' ? `process:${processId}` : `start:${definitionKey}:${element}`
  return { message, definitionKey, processId, element, claim: { source: message.key, claim } }
}

/**
 * Of the pairs what is not claimed yet: one per claim, subscriptions in the order of their opening, then starts. Older
 * messages choose first; a subscription that is chosen is left to the next message only when there is no other.
 */
function unclaimed(tables: ModelTables, pairs: readonly Pair[]): readonly Pair[] {
  const candidates = new Map<string, Pair[]>()
  for (const pair of pairs) {
    const { source, claim } = pair.claim
    if (isClaimed(tables, source, claim)) continue
    const name = claimName(source, claim)
    candidates.set(name, [...(candidates.get(name) ?? []), pair])
  }
  const chosen = new Set<Key>()
  return [...candidates.values()]
    .map((rivals) => rivals.sort((a, b) => rank(a) - rank(b)).slice(0, maxCandidates))
    .sort(([a], [b]) => byMessage(a as Pair, b as Pair))
    .map((rivals) => {
      const free = rivals.find(
        ({ subscription }) => subscription === undefined || !chosen.has(subscription.key),
      )
      const pair = free ?? (rivals[0] as Pair)
      if (pair.subscription !== undefined) chosen.add(pair.subscription.key)
      return pair
    })
}

const maxCandidates = 8

const rank = ({ subscription }: Pair): number => subscription?.key ?? Number.MAX_SAFE_INTEGER

const byMessage = (a: Pair, b: Pair): number =>
  a.message.key - b.message.key || rank(a) - rank(b) || (a.claim.claim < b.claim.claim ? -1 : 1)

/** All pairs of the messages with the subscriptions, and with the start events. */
function pairsOf(
  tables: ModelTables,
  messages: Iterable<MessageEntry>,
  wanted: (message: MessageEntry, subscription: SubscriptionEntry | undefined) => boolean,
): readonly Pair[] {
  const pairs: Pair[] = []
  for (const message of messages) {
    for (const subscription of tables.subscriptions.values()) {
      if (!wanted(message, subscription)) continue
      const pair = subscriptionPair(message, subscription)
      if (pair !== undefined) pairs.push(pair)
    }
    if (!wanted(message, undefined)) continue
    for (const start of tables.startSubscriptions) {
      const pair = startPair(tables, message, start)
      if (pair !== undefined) pairs.push(pair)
    }
  }
  return pairs
}

export function match(
  tables: ModelTables,
  request: Parameters<ExecutionStore['match']>[0],
): readonly Match[] {
  const everything = request.messages === undefined && request.subscriptions === undefined
  const messages = new Set(request.messages)
  const subscriptions = new Set(request.subscriptions)
  const pairs = pairsOf(
    tables,
    tables.messages.values(),
    (message, subscription) =>
      everything ||
      messages.has(message.key) ||
      (subscription !== undefined && subscriptions.has(subscription.key)),
  )
  return unclaimed(tables, pairs)
    .slice(0, request.max)
    .map(({ message: { expiresAt: _, ...message }, ...pair }) => ({ ...pair, message }))
}

/** Messages that an open subscription or start event still waits for. */
export function awaitedMessages(tables: ModelTables, among: Iterable<MessageEntry>): ReadonlySet<Key> {
  return new Set(
    unclaimed(
      tables,
      pairsOf(tables, among, () => true),
    ).map((pair) => pair.message.key),
  )
}

/** A subscription opened before a message expired may become visible a little later. */
const removalDelayMs = 10_000

export function expireMessages(tables: ModelTables, now: Instant): number {
  const old = [...tables.messages.values()].filter((message) => message.expiresAt <= now - removalDelayMs)
  const awaited = awaitedMessages(tables, old)
  let removed = 0
  for (const { key } of old) if (!awaited.has(key) && tables.messages.delete(key)) removed += 1
  return removed
}

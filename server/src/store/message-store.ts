/** The buffer of messages and signals, and what they meet. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Database } from './database.ts'
import type { ExecutionStore, Match } from './port.ts'

type Published = Parameters<ExecutionStore['publish']>[0]

/** False when a message with this id is in the buffer; an expired one gives its id back first. */
export async function publish(database: Database, message: Published): Promise<boolean> {
  const rows = await database.run<{ key: number }>({
    name: 'publish',
    text: `
      with released as (
        update message set message_id = null
        where name = $3 and correlation_key = $4 and message_id = $5 and expires_at <= $8
        returning 1
      )
      insert into message (key, kind, name, correlation_key, message_id, variables, time_to_live_ms, published_at,
        expires_at)
      select $1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::bigint, $8::bigint,
        $8::bigint + $7::bigint
      where (select count(*) from released) >= 0
      on conflict (name, correlation_key, message_id) where message_id is not null do nothing
      returning key`,
    values: [
      message.key,
      message.kind,
      message.name,
      message.correlationKey ?? '',
      message.messageId ?? null,
      JSON.stringify(message.variables),
      message.timeToLiveMs,
      message.publishedAt,
    ],
  })
  return rows.length > 0
}

type MatchRow = {
  readonly key: number
  readonly kind: 'message' | 'signal'
  readonly name: string
  readonly correlation_key: string
  readonly message_id: string | null
  readonly variables: string
  readonly time_to_live_ms: number
  readonly published_at: number
  readonly claim: string
  readonly candidates: readonly Candidate[]
}

/** A subscription, or a start event when its first two fields are null. */
type Candidate = {
  readonly subscriptionKey: number | null
  readonly instanceKey: number | null
  readonly definitionKey: number
  readonly processId: string
  readonly element: string
}

function toMatch(row: MatchRow, candidate: Candidate): Match {
  return {
    message: {
      key: row.key as Key,
      kind: row.kind,
      name: row.name,
      ...(row.kind === 'signal' ? {} : { correlationKey: row.correlation_key }),
      ...(row.message_id === null ? {} : { messageId: row.message_id }),
      timeToLiveMs: row.time_to_live_ms,
      variables: JSON.parse(row.variables) as JsonObject,
      publishedAt: row.published_at,
    },
    ...(candidate.subscriptionKey === null
      ? {}
      : {
          subscription: { key: candidate.subscriptionKey as Key, instanceKey: candidate.instanceKey as Key },
        }),
    definitionKey: candidate.definitionKey as Key,
    processId: candidate.processId,
    element: candidate.element,
    claim: { source: row.key as Key, claim: row.claim },
  }
}

/** Messages and signals of `source` with the subscriptions they meet; `which` limits either side. */
function subscriptionPairs(which: string, source = 'message'): string {
  return `
  select m.key, s.key as subscription_key, s.instance_key, s.definition_key, s.process_id, s.element,
    case m.kind when 'message' then 'process:' || s.process_id else 'subscription:' || s.key end as claim
  from ${source} m
  join subscription s on s.name = m.name and s.correlation_key = m.correlation_key and s.kind = m.kind
    and s.opened_at <= m.expires_at and s.instance_key is distinct from m.thrown_by
  where ${which}`
}

/**
 * Messages and signals of `source` with the start events they meet. A message with a correlation key starts nothing while an
 * instance with that key is active, nor when one was until the message had expired; of several the oldest is first.
 */
function startPairs(which: string, source = 'message'): string {
  return `
  select m.key, null::bigint, null::bigint, s.definition_key, s.process_id, s.element,
    case m.kind
      when 'message' then 'process:' || s.process_id
      else 'start:' || s.definition_key || ':' || s.element
    end
  from ${source} m
  join start_subscription s on s.name = m.name and s.kind = m.kind and s.opened_at <= m.expires_at
  where ${which}
    and (m.kind = 'signal' or m.correlation_key = '' or (
      not exists (
        select from instance i
        where i.process_id = s.process_id and i.start_key = m.correlation_key
          and (i.status = 'active' or i.created_at <= m.expires_at and i.ended_at > m.expires_at)
      )
      and not exists (
        select from message o
        where o.name = m.name and o.correlation_key = m.correlation_key and o.kind = 'message' and o.key < m.key
          and s.opened_at <= o.expires_at
          and not exists (
            select from correlation c where c.source = o.key and c.claim = 'process:' || s.process_id
          )
          and not exists (
            select from instance i
            where i.process_id = s.process_id and i.start_key = o.correlation_key
              and i.created_at <= o.expires_at and i.ended_at > o.expires_at
          )
      )
    ))`
}

/**
 * Of the pairs what is not claimed yet: one row per claim with a few candidates, subscriptions in the order of their
 * opening, then starts. A signal, too, reaches what waits in that order: the outer of two scopes before the inner.
 */
const unclaimed = `
  ranked as (
    select p.*, row_number() over (partition by p.key, p.claim order by p.subscription_key nulls last) as rank
    from pair p
    where not exists (select from correlation c where c.source = p.key and c.claim = p.claim)
  ),
  met as (
    select r.key, r.claim, min(r.subscription_key) as first, json_agg(json_build_object('subscriptionKey', r.subscription_key,
      'instanceKey', r.instance_key, 'definitionKey', r.definition_key, 'processId', r.process_id,
      'element', r.element) order by r.rank) as candidates
    from ranked r
    where r.rank <= 8
    group by r.key, r.claim
  )`

const matchColumns = `
  m.key, m.kind, m.name, m.correlation_key, m.message_id, m.variables, m.time_to_live_ms, m.published_at,
  met.claim, met.candidates`

/**
 * Chooses a candidate for each row, older messages first: one that no other message of this answer goes to, so that
 * several messages with the same key reach several subscriptions.
 */
function choose(rows: readonly MatchRow[]): readonly Match[] {
  const chosen = new Set<number>()
  return rows.flatMap((row) => {
    const free = row.candidates.find(({ subscriptionKey: key }) => key === null || !chosen.has(key))
    const candidate = free ?? row.candidates[0]
    if (candidate === undefined) return []
    if (candidate.subscriptionKey !== null) chosen.add(candidate.subscriptionKey)
    return [toMatch(row, candidate)]
  })
}

async function matchKeys(
  database: Database,
  messages: readonly Key[],
  subscriptions: readonly Key[],
  max: number,
): Promise<readonly MatchRow[]> {
  return database.run<MatchRow>({
    name: 'match-keys',
    text: `
      with pair as (
        ${subscriptionPairs('m.key = any($1::bigint[])')}
        union ${subscriptionPairs('s.key = any($2::bigint[])')}
        union all ${startPairs('m.key = any($1::bigint[])')}
      ), ${unclaimed}
      select ${matchColumns}
      from met join message m on m.key = met.key
      order by m.key, met.first nulls last, met.claim
      limit $3`,
    values: [messages, subscriptions, max],
  })
}

async function matchAll(database: Database, max: number): Promise<readonly MatchRow[]> {
  return database.run<MatchRow>({
    name: 'match-all',
    text: `
      with pair as (
        ${subscriptionPairs('true')}
        union all ${startPairs('true')}
      ), ${unclaimed}
      select ${matchColumns}
      from met join message m on m.key = met.key
      order by m.key, met.first nulls last, met.claim
      limit $1`,
    values: [max],
  })
}

export async function match(
  database: Database,
  request: Parameters<ExecutionStore['match']>[0],
): Promise<readonly Match[]> {
  const { messages, subscriptions, max } = request
  const rows =
    messages === undefined && subscriptions === undefined
      ? await matchAll(database, max)
      : await matchKeys(database, messages ?? [], subscriptions ?? [], max)
  return choose(rows)
}

export async function takersOf(database: Database, source: Key): Promise<readonly Key[]> {
  const rows = await database.run<{ instance_key: number }>({
    name: 'takers-of',
    text: 'select instance_key from correlation where source = $1 order by at, instance_key',
    values: [source],
  })
  return rows.map((row) => row.instance_key as Key)
}

/** A subscription opened before a message expired may become visible a little later: its commit was on the way. */
const removalDelayMs = 10_000
/** A node may hold a match this long after its message is gone; its claim must still be found then. */
const keepClaimsMs = 24 * 60 * 60 * 1000
const maxRemovals = 5_000

/** The filter looks at `old`, not at the table: there it would be set up anew for every row that is looked up. */
async function removeExpired(database: Database, before: Instant): Promise<number> {
  const rows = await database.run<{ removed: number }>({
    name: 'remove-expired-messages',
    text: `
      with old as materialized (
        select * from message where expires_at <= $1 order by expires_at limit $2
      ),
      pair as (
        ${subscriptionPairs('true', 'old')}
        union all ${startPairs('true', 'old')}
      ), ${unclaimed},
      removed as (
        delete from message m using old
        where m.key = old.key and (old.key in (select key from met)) is not true
        returning 1
      )
      select count(*) as removed from removed`,
    values: [before, maxRemovals],
  })
  return rows[0]?.removed ?? 0
}

async function removeOldClaims(database: Database, before: Instant): Promise<void> {
  await database.run({
    name: 'remove-old-claims',
    text: `
      with old as materialized (
        select source, claim from correlation c
        where at < $1 and not exists (select from message m where m.key = c.source)
        order by at
        limit $2
      )
      delete from correlation c using old where c.source = old.source and c.claim = old.claim`,
    values: [before, maxRemovals],
  })
}

/** Removes expired messages that no subscription waits for; answers how many. */
export async function expireMessages(database: Database, now: Instant): Promise<number> {
  const removed = await removeExpired(database, now - removalDelayMs)
  await removeOldClaims(database, now - keepClaimsMs)
  return removed
}

/** Wake-ups between nodes by LISTEN/NOTIFY. They are hints: what they tell is in the tables, and may be late or lost. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Event } from '@braid/core/engine/event.ts'
import pg from 'pg'
import type { Database } from './database.ts'
import type { InstanceCommit } from './port.ts'
import type { OutputHead } from './task-output-port.ts'

export const notificationChannel = 'braid'
/** PostgreSQL refuses payloads of 8000 bytes and more. */
const maxPayloadBytes = 7_900

/** `*`: too many to name, or unknown. */
export type Notice = {
  readonly instances: readonly Key[] | '*'
  readonly jobTypes: readonly string[] | '*'
  /** Jobs that nobody needs any more. */
  readonly canceled: readonly Key[] | '*'
  /** How far the output of tasks goes. */
  readonly outputs: readonly OutputHead[] | '*'
  readonly definitions: boolean
  /** Rate limits were changed, or what users may do beside them. */
  readonly rateLimits: boolean
  /** When the first timer is due that its node armed and does not fire itself. */
  readonly timerDue?: Instant
}

type Wire = {
  readonly from: string
  readonly i?: readonly Key[] | '*'
  readonly j?: readonly string[] | '*'
  readonly c?: readonly Key[] | '*'
  readonly o?: readonly (readonly [instance: Key, last: number])[]
  readonly d?: true
  readonly r?: true
  readonly t?: Instant
}

const everything: Notice = {
  instances: '*',
  jobTypes: '*',
  canceled: '*',
  outputs: '*',
  definitions: true,
  rateLimits: true,
}

/** Jobs that a commit takes away from whoever works at them. */
export function canceledJobs(events: readonly Event[]): readonly Key[] {
  return events.flatMap((event) => {
    if (event.type === 'job-canceled') return [event.key]
    return event.type === 'instance-suspended' ? event.jobs : []
  })
}

/**
 * What a commit means to other nodes: instances that moved, types of jobs that anyone may take, jobs to be left, and timers where the
 * node fires none itself.
 */
export function noticeOfCommit(
  from: string,
  batch: readonly InstanceCommit[],
  { tellTimers = false }: { readonly tellTimers?: boolean } = {},
): string {
  const jobTypes = new Set<string>()
  let due = Number.POSITIVE_INFINITY
  for (const { rows, leases } of batch) {
    const leased = new Set(leases.map((lease) => lease.jobKey))
    for (const change of rows) {
      if (change.op === 'insert-job' && !leased.has(change.row.key)) jobTypes.add(change.row.jobType)
      if (change.op === 'insert-timer') due = Math.min(due, change.row.due)
    }
  }
  const timer = tellTimers && due !== Number.POSITIVE_INFINITY ? { t: due } : {}
  const canceled = batch.flatMap(({ events }) => canceledJobs(events))
  const exact: Wire = {
    from,
    i: batch.map((commit) => commit.key),
    j: [...jobTypes],
    ...(canceled.length === 0 ? {} : { c: canceled }),
    ...timer,
  }
  const shorter = [
    exact,
    { ...exact, c: '*' },
    { ...exact, i: '*' },
    { ...exact, i: '*', c: '*' },
  ] satisfies Wire[]
  for (const wire of canceled.length === 0 ? [exact, { ...exact, i: '*' } satisfies Wire] : shorter) {
    const payload = JSON.stringify(wire)
    if (Buffer.byteLength(payload) <= maxPayloadBytes) return payload
  }
  return JSON.stringify({ from, i: '*', j: '*', c: '*', ...timer } satisfies Wire)
}

const notify = async (database: Database, wire: Wire): Promise<void> => {
  await database.run({
    text: 'select pg_notify($1, $2)',
    values: [notificationChannel, JSON.stringify(wire)],
  })
}

/** Tells other nodes that definitions were deployed. */
export const notifyDefinitions = (database: Database, from: string): Promise<void> =>
  notify(database, { from, d: true })

/** Tells other nodes that rate limits were changed. */
export const notifyRateLimits = (database: Database, from: string): Promise<void> =>
  notify(database, { from, r: true })

/** Undefined: from this node, or not ours to read. */
function readNotice(payload: string | undefined, self: string): Notice | undefined {
  try {
    const wire = JSON.parse(payload ?? '') as Wire
    if (wire.from === self) return undefined
    const timer = wire.t === undefined ? {} : { timerDue: wire.t }
    return {
      instances: wire.i ?? [],
      jobTypes: wire.j ?? [],
      canceled: wire.c ?? [],
      outputs: (wire.o ?? []).map(([instanceKey, last]) => ({ instanceKey, last })),
      definitions: wire.d ?? false,
      rateLimits: wire.r ?? false,
      ...timer,
    }
  } catch {
    return undefined
  }
}

export type Notifications = { close(): Promise<void> }

const firstPauseMs = 100
const longestPauseMs = 5_000

/**
 * Listens on a connection of its own and connects again when that is lost; then everything may have changed, and
 * `onNotice` is told so. Its first connection is made before the promise resolves.
 */
export async function listen(options: {
  readonly url: string
  /** Notices of this node are left out. */
  readonly self: string
  readonly onNotice: (notice: Notice) => void
}): Promise<Notifications> {
  const { url, self, onNotice } = options
  let client: pg.Client | undefined
  let closed = false
  let pauseMs = firstPauseMs
  let retry: NodeJS.Timeout | undefined

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: url, application_name: 'braid-listen', keepAlive: true })
    let lost = false
    const onLost = (): void => {
      if (lost) return
      lost = true
      next.end().catch(() => undefined)
      if (!closed) again()
    }
    next.on('error', onLost)
    next.on('end', onLost)
    next.on('notification', ({ payload }) => {
      const notice = readNotice(payload, self)
      if (notice !== undefined) onNotice(notice)
    })
    try {
      await next.connect()
      await next.query(`listen ${notificationChannel}`)
      client = next
      pauseMs = firstPauseMs
    } catch (error) {
      lost = true
      await next.end().catch(() => undefined)
      throw error
    }
  }
  const again = (): void => {
    retry = setTimeout(() => {
      connect().then(
        () => onNotice(everything),
        () => {
          if (!closed) again()
        },
      )
    }, pauseMs)
    pauseMs = Math.min(longestPauseMs, pauseMs * 2)
  }

  await connect()
  return {
    close: async () => {
      closed = true
      clearTimeout(retry)
      await client?.end()
    },
  }
}

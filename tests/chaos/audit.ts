/** Looks at everything that is stored after the storm, and lists what should not be. */
import type { Client } from '@braid/contract/client.ts'
import type { ProcessEvent } from '@braid/contract/event.ts'
import type { HistoryEntry, ProcessInstance } from '@braid/contract/process-instance.ts'
import pg from 'pg'
import type { Completion, Ledger } from './ledger.ts'

export type AuditedInstance = {
  readonly instance: ProcessInstance
  readonly events: readonly ProcessEvent[]
  readonly entries: readonly HistoryEntry[]
}

const pageSize = 1_000
const readersAtOnce = 8

/** All instances with their logs. */
export async function readEverything(client: Client): Promise<readonly AuditedInstance[]> {
  const instances = await allInstances(client)
  const audited: AuditedInstance[] = []
  let next = 0
  const read = async (): Promise<void> => {
    for (let instance = instances[next++]; instance !== undefined; instance = instances[next++]) {
      const entries = await logOf(client, instance.processInstanceKey)
      audited.push({ instance, entries, events: entries.flatMap(({ events }) => events) })
    }
  }
  await Promise.all(Array.from({ length: readersAtOnce }, read))
  return audited
}

async function allInstances(client: Client): Promise<readonly ProcessInstance[]> {
  const instances: ProcessInstance[] = []
  for (let after: string | undefined; ; ) {
    const { items, page } = await client.searchProcessInstances({
      body: { page: { limit: pageSize, ...(after === undefined ? {} : { after }) } },
    })
    instances.push(...items)
    if (items.length < pageSize || page.endCursor === undefined) return instances
    after = page.endCursor
  }
}

async function logOf(client: Client, processInstanceKey: string): Promise<readonly HistoryEntry[]> {
  const entries: HistoryEntry[] = []
  for (;;) {
    const { items, hasMore } = await client.getProcessInstanceEvents({
      params: { processInstanceKey },
      query: { after: entries.at(-1)?.version ?? 0 },
    })
    entries.push(...items)
    if (!hasMore) return entries
  }
}

/** Sentences about what is wrong with acknowledged work; none when all of it is there, once. */
export function lostOrDoubled(
  all: readonly AuditedInstance[],
  { starts, orders, completions }: Ledger,
): readonly string[] {
  const byKey = new Map(all.map((audited) => [audited.instance.processInstanceKey, audited]))
  const flaws: string[] = []
  for (const [key, orderId] of starts) {
    const state = byKey.get(key)?.instance.state
    if (state !== 'COMPLETED') flaws.push(`the acknowledged start ${key} of ${orderId} is ${state ?? 'lost'}`)
  }
  for (const [key, { kind, instanceKey, times }] of completions) {
    const events = byKey.get(instanceKey)?.events ?? []
    const stored = events.filter((event) => isCompletion(event, kind) && event.key === key).length
    if (stored !== 1) flaws.push(`the acknowledged completion of ${kind} ${key} is stored ${stored} times`)
    if (times !== 1) flaws.push(`the completion of ${kind} ${key} was accepted ${times} times`)
  }
  const seen = new Set<string>()
  for (const { businessId } of all.map(({ instance }) => instance)) {
    if (businessId === undefined) continue
    if (seen.has(businessId)) flaws.push(`${businessId} was started twice`)
    if (!orders.has(businessId)) flaws.push(`${businessId} was never ordered`)
    seen.add(businessId)
  }
  return flaws
}

type CompletionEvent = Extract<ProcessEvent, { readonly type: 'job-completed' | 'user-task-completed' }>

const isCompletion = (event: ProcessEvent, kind: Completion['kind']): event is CompletionEvent =>
  event.type === `${kind}-completed`

/** What each instance did, wrong in itself: the models of these tests pass every element at most once. */
export function brokenRuns(all: readonly AuditedInstance[]): readonly string[] {
  return all.flatMap(({ instance, entries, events }) => {
    const about = `${instance.processDefinitionId} ${instance.processInstanceKey}`
    const flaws: string[] = []
    if (instance.state !== 'COMPLETED' || instance.hasIncident) flaws.push(`is ${instance.state}`)
    if (entries.some(({ version }, index) => version !== index + 1)) flaws.push('has a gap in its log')
    const steps = events.map(stepOf).filter((step) => step !== undefined)
    const doubled = steps.filter((step, index) => steps.indexOf(step) !== index)
    if (doubled.length > 0) flaws.push(`did twice: ${doubled.join(', ')}`)
    const completed = new Set(
      events.map((event) => (event.type === 'element-completed' ? event.key : undefined)),
    )
    for (const event of events) {
      if (event.type === 'element-activated' && !completed.has(event.key)) flaws.push(`left ${event.element}`)
    }
    return flaws.map((flaw) => `${about} ${flaw}`)
  })
}

/** What may happen once only in a run that passes every element once. */
function stepOf(event: ProcessEvent): string | undefined {
  switch (event.type) {
    case 'element-activated':
    case 'element-completed':
    case 'element-terminated':
    case 'job-created':
    case 'user-task-created':
    case 'timer-armed':
    case 'subscription-opened':
      return `${event.type} ${event.element}`
    case 'flow-taken':
      return `${event.type} ${event.flow}`
    case 'job-completed':
    case 'user-task-completed':
    case 'timer-fired':
    case 'timer-canceled':
    case 'subscription-triggered':
      return `${event.type} ${event.key}`
    case 'instance-created':
    case 'instance-completed':
    case 'call-started':
    case 'call-ended':
      return event.type
    default:
      return undefined
  }
}

/** Number of events by type, without those that say where a job is offered. */
function countEvents(events: readonly ProcessEvent[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { type } of events) {
    if (type !== 'jobs-published') counts[type] = (counts[type] ?? 0) + 1
  }
  return counts
}

/** Orders of one process do the same, so their logs hold the same number of events of each type. */
export function differentRuns(all: readonly AuditedInstance[]): readonly string[] {
  const counts = new Map<string, string>()
  return all.flatMap(({ instance, events }) => {
    const { processDefinitionId, processInstanceKey } = instance
    const found = JSON.stringify(Object.entries(countEvents(events)).sort())
    const first = counts.get(processDefinitionId) ?? found
    counts.set(processDefinitionId, first)
    return found === first ? [] : [`${processDefinitionId} ${processInstanceKey}: ${found}, others ${first}`]
  })
}

/** Tables that hold what living instances wait for: without one, every row is an orphan. */
const waiting = {
  job: 'select count(*)::int as rows from job',
  timer: 'select count(*)::int as rows from timer',
  subscription: 'select count(*)::int as rows from subscription',
  outbox: 'select count(*)::int as rows from outbox',
  'open user task': `select count(*)::int as rows from user_task where state = 'CREATED'`,
  'open incident': 'select count(*)::int as rows from incident where resolved_at is null',
  'active instance': `select count(*)::int as rows from instance where status = 'active'`,
} as const

export const countOrphans = (databaseUrl: string): Promise<Readonly<Record<string, number>>> =>
  withDatabase(databaseUrl, async (client) => {
    const counts: Record<string, number> = {}
    for (const [name, text] of Object.entries(waiting)) {
      const { rows } = await client.query<{ rows: number }>(text)
      if (rows[0]?.rows !== 0) counts[name] = rows[0]?.rows ?? -1
    }
    return counts
  })

export const instancesWithJobRow = (databaseUrl: string): Promise<readonly string[]> =>
  withDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<{ instance_key: string }>('select instance_key from job')
    return rows.map((row) => row.instance_key)
  })

async function withDatabase<T>(databaseUrl: string, look: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return await look(client)
  } finally {
    await client.end()
  }
}

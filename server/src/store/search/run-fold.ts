/**
 * What happened at the nodes of a DAG in one run: a fold over the log of its instance that goes on where it stopped.
 * Helper nodes have `:` in their ids; `skip:x` and `fail:x` say what became of node `x`.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonValue } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Event, EventOf } from '@braid/core/engine/event.ts'
import type { HistoryEntry } from '../port.ts'

export type JobRecord = {
  readonly key: Key
  readonly createdAt: Instant
  /** What ended an attempt, in order. */
  readonly endings: readonly JobEnding[]
  readonly living: boolean
}
export type JobEnding = {
  readonly at: Instant
  readonly outcome: 'succeeded' | 'failed' | 'canceled'
  readonly error?: string
}

/** One element instance of the run: a node, a run of a part, a helper. */
export type NodeRecord = {
  readonly key: Key
  readonly element: string
  readonly scope: Key | undefined
  /** Number of the run, from 1, when the scope is a loop. */
  readonly index: number | undefined
  readonly startedAt: Instant
  state: 'active' | 'succeeded' | 'failed' | 'skipped' | 'canceled'
  endedAt: Instant | undefined
  input: JsonValue | undefined
  output: JsonValue | undefined
  /** Of a loop: runs that it has as far as it knows, and those that have ended. */
  runs: { count: number; ended: number } | undefined
  incidents: Key[]
  error: string | undefined
  jobs: Mutable<JobRecord>[]
}
type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] }

export type RunFold = {
  /** Of the last entry that was folded; 0 before the first. */
  readonly version: number
  readonly records: ReadonlyMap<Key, NodeRecord>
  add(entry: HistoryEntry): void
  /** Numbers of the items that a record belongs to, outermost part first. */
  itemOf(record: NodeRecord): readonly number[]
}

const helperOf = (
  element: string,
): { readonly fate: 'skipped' | 'failed'; readonly node: string } | undefined => {
  const [, kind, node] = /^(skip|fail):([^:]+)$/.exec(element) ?? []
  return node === undefined ? undefined : { fate: kind === 'skip' ? 'skipped' : 'failed', node }
}

export function createRunFold(): RunFold {
  const records = new Map<Key, NodeRecord>()
  const jobs = new Map<Key, { readonly job: Mutable<JobRecord>; readonly record: NodeRecord }>()
  const incidents = new Map<Key, NodeRecord>()
  /** The last record of a node that was ended in a scope, of which a helper may say that it failed. */
  const terminated = new Map<string, NodeRecord>()
  let version = 0
  const fold: Fold = { records, jobs, incidents, terminated, given: new Map() }
  return {
    get version() {
      return version
    },
    records,
    add: (entry) => {
      fold.given.clear()
      for (const event of entry.events) apply(fold, event, entry.at)
      version = entry.version
    },
    itemOf: (record) => {
      const item: number[] = []
      for (let at: NodeRecord | undefined = record; at !== undefined; at = parentOf(records, at)) {
        if (at.index !== undefined) item.unshift(at.index)
      }
      return item
    },
  }
}

const parentOf = (records: ReadonlyMap<Key, NodeRecord>, { scope }: NodeRecord): NodeRecord | undefined =>
  scope === undefined ? undefined : records.get(scope)

type Fold = {
  readonly records: Map<Key, NodeRecord>
  readonly jobs: Map<Key, { readonly job: Mutable<JobRecord>; readonly record: NodeRecord }>
  readonly incidents: Map<Key, NodeRecord>
  readonly terminated: Map<string, NodeRecord>
  /** Variables that the entry set, by name. */
  readonly given: Map<string, JsonValue>
}

function apply(fold: Fold, event: Event, at: Instant): void {
  switch (event.type) {
    case 'element-activated':
      activate(fold, event, at)
      break
    case 'element-completed':
    case 'element-terminated':
      end(fold, event, at)
      break
    case 'variables-set':
      setVariables(fold, event)
      break
    case 'loop-counted': {
      const record = fold.records.get(event.key)
      if (record !== undefined) record.runs = { count: event.count, ended: record.runs?.ended ?? 0 }
      return
    }
    case 'incident-raised': {
      const record = fold.records.get(event.elementInstanceKey)
      if (record === undefined) return
      fold.incidents.set(event.key, record)
      record.incidents.push(event.key)
      record.error = event.message
      return
    }
    case 'incident-resolved': {
      const record = fold.incidents.get(event.key)
      if (record !== undefined) record.incidents = record.incidents.filter((key) => key !== event.key)
      return
    }
    default:
      applyToJob(fold, event, at)
      break
  }
}

function activate(fold: Fold, event: EventOf<'element-activated'>, at: Instant): void {
  fold.records.set(event.key, {
    key: event.key,
    element: event.element,
    scope: event.scope,
    index: event.index,
    startedAt: at,
    state: 'active',
    endedAt: undefined,
    input: undefined,
    output: undefined,
    runs: undefined,
    incidents: [],
    error: undefined,
    jobs: [],
  })
}

function end(fold: Fold, event: EventOf<'element-completed' | 'element-terminated'>, at: Instant): void {
  const record = fold.records.get(event.key)
  if (record === undefined) return
  const completed = event.type === 'element-completed'
  record.state = completed ? 'succeeded' : 'canceled'
  record.endedAt = at
  record.incidents = []
  // A node that is no task gives what was set under its id as it ended.
  if (completed) record.output ??= fold.given.get(record.element)
  const parent = parentOf(fold.records, record)
  if (record.index !== undefined && parent?.runs !== undefined) parent.runs.ended += 1
  if (!completed) fold.terminated.set(`${record.scope} ${record.element}`, record)
  const helper = helperOf(record.element)
  if (completed && helper !== undefined) tellFate(fold, record, helper)
}

/** The node that a helper speaks for: the run of it that was ended, or else the helper stands for it. */
function tellFate(
  fold: Fold,
  record: NodeRecord,
  { fate, node }: NonNullable<ReturnType<typeof helperOf>>,
): void {
  const ended = fate === 'failed' ? fold.terminated.get(`${record.scope} ${node}`) : undefined
  if (ended?.state === 'canceled') {
    ended.state = 'failed'
    return
  }
  fold.records.set(record.key, { ...record, element: node, state: fate, output: undefined })
}

function setVariables(fold: Fold, { scope, variables }: EventOf<'variables-set'>): void {
  const record = fold.records.get(scope)
  if (record !== undefined && Object.hasOwn(variables, 'input')) record.input ??= variables.input
  if (record !== undefined && Object.hasOwn(variables, 'output')) record.output = variables.output
  for (const [name, value] of Object.entries(variables)) fold.given.set(name, value)
}

function applyToJob(fold: Fold, event: Event, at: Instant): void {
  if (event.type === 'job-created') {
    const record = fold.records.get(event.elementInstanceKey)
    if (record === undefined) return
    const job = { key: event.key, createdAt: at, endings: [], living: true }
    record.jobs.push(job)
    fold.jobs.set(event.key, { job, record })
    return
  }
  const over = (key: Key, ending: Omit<JobEnding, 'at'>, living: boolean): void => {
    const found = fold.jobs.get(key)
    if (found === undefined) return
    found.job.endings.push({ at, ...ending })
    found.job.living = living
    if (ending.error !== undefined) found.record.error = ending.error
    else if (ending.outcome === 'succeeded') found.record.error = undefined
  }
  switch (event.type) {
    case 'job-completed':
      over(event.key, { outcome: 'succeeded' }, false)
      break
    case 'job-failed':
      over(event.key, { outcome: 'failed', error: event.message }, true)
      break
    case 'job-error-thrown':
      over(event.key, { outcome: 'failed', error: event.message || event.code }, false)
      break
    case 'job-canceled':
      over(event.key, { outcome: 'canceled' }, false)
      break
    case 'instance-suspended':
      for (const key of event.jobs) over(key, { outcome: 'canceled' }, true)
  }
}

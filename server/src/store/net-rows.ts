/**
 * The net effect of an instance commit on the derived tables. All parts of the commit statement see the same
 * snapshot, so a row that is inserted and deleted by one commit must not be sent at all, one that is deleted and
 * inserted again stays; of several changes to one row the later wins.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonValue } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type {
  IncidentRow,
  JobRow,
  MessageRow,
  OutboxRow,
  RowChange,
  SubscriptionRow,
  TimerRow,
  UserTaskRow,
} from '@braid/core/engine/rows.ts'
import type { UserTaskFields } from '@braid/core/engine/wait-event.ts'
import type { FirstAttempt, Lease } from './port.ts'

export type JobInsert = JobRow & {
  readonly availableAt: Instant
  readonly worker: string | null
  readonly message: string | null
  /** How often it was taken already. */
  readonly attempt: number
}
export type JobUpdate = {
  readonly key: Key
  readonly retries: number
  readonly availableAt?: Instant
  readonly message?: string
}
export type TaskState = 'CREATED' | 'COMPLETED' | 'CANCELED'
/** A change of fields, of the state, or of both. */
export type TaskUpdate = { readonly key: Key; readonly changes: UserTaskFields; readonly state: TaskState }
export type VariableWrite = { readonly scope: Key; readonly name: string; readonly value: JsonValue }

/** A row that belongs to another element from now on. */
export type RowMove = Omit<Extract<RowChange, { readonly op: 'move-row' }>, 'op'>

export type NetRows = {
  readonly insertJobs: readonly JobInsert[]
  readonly updateJobs: readonly JobUpdate[]
  readonly deleteJobs: readonly Key[]
  readonly insertTimers: readonly TimerRow[]
  readonly deleteTimers: readonly Key[]
  readonly insertSubscriptions: readonly SubscriptionRow[]
  readonly deleteSubscriptions: readonly Key[]
  readonly insertTasks: readonly { readonly row: UserTaskRow; readonly state: TaskState }[]
  readonly updateTasks: readonly TaskUpdate[]
  readonly insertIncidents: readonly { readonly row: IncidentRow; readonly resolved: boolean }[]
  readonly resolveIncidents: readonly Key[]
  readonly moves: readonly RowMove[]
  readonly variables: readonly VariableWrite[]
  readonly messages: readonly MessageRow[]
  readonly outbox: readonly OutboxRow[]
}

type Draft = {
  readonly insertJobs: Map<Key, JobInsert>
  readonly updateJobs: Map<Key, JobUpdate>
  readonly deleteJobs: Set<Key>
  readonly insertTimers: Map<Key, TimerRow>
  readonly deleteTimers: Set<Key>
  readonly insertSubscriptions: Map<Key, SubscriptionRow>
  readonly deleteSubscriptions: Set<Key>
  readonly insertTasks: Map<Key, { readonly row: UserTaskRow; readonly state: TaskState }>
  readonly updateTasks: Map<Key, TaskUpdate>
  readonly insertIncidents: Map<Key, { readonly row: IncidentRow; readonly resolved: boolean }>
  readonly resolveIncidents: Set<Key>
  readonly moves: Map<Key, RowMove>
  readonly variables: Map<string, VariableWrite>
  readonly messages: MessageRow[]
  readonly outbox: OutboxRow[]
}

const emptyDraft = (): Draft => ({
  insertJobs: new Map(),
  updateJobs: new Map(),
  deleteJobs: new Set(),
  insertTimers: new Map(),
  deleteTimers: new Set(),
  insertSubscriptions: new Map(),
  deleteSubscriptions: new Set(),
  insertTasks: new Map(),
  updateTasks: new Map(),
  insertIncidents: new Map(),
  resolveIncidents: new Set(),
  moves: new Map(),
  variables: new Map(),
  messages: [],
  outbox: [],
})

type ChangeOf<Op extends RowChange['op']> = Extract<RowChange, { readonly op: Op }>

/** A job may have had a row before it was inserted here, and keeps that: so both the insert and the row change. */
function updateJob(draft: Draft, change: ChangeOf<'update-job'>): void {
  const inserted = draft.insertJobs.get(change.key)
  if (inserted !== undefined) {
    draft.insertJobs.set(change.key, {
      ...inserted,
      retries: change.retries,
      availableAt: change.availableAt ?? inserted.availableAt,
      message: change.message ?? inserted.message,
      // A node failed at it from memory.
      attempt: change.message === undefined ? inserted.attempt : Math.max(1, inserted.attempt),
    })
  }
  const { op: _, ...update } = change
  draft.updateJobs.set(change.key, { ...draft.updateJobs.get(change.key), ...update })
}

function deleteJob(draft: Draft, key: Key): void {
  draft.updateJobs.delete(key)
  draft.insertJobs.delete(key)
  draft.deleteJobs.add(key)
}

function updateTask(draft: Draft, key: Key, changes: UserTaskFields, state: TaskState | undefined): void {
  const inserted = draft.insertTasks.get(key)
  if (inserted !== undefined) {
    draft.insertTasks.set(key, { row: { ...inserted.row, ...changes }, state: state ?? inserted.state })
    return
  }
  const before = draft.updateTasks.get(key)
  draft.updateTasks.set(key, {
    key,
    changes: { ...before?.changes, ...changes },
    state: state ?? before?.state ?? 'CREATED',
  })
}

function resolveIncident(draft: Draft, key: Key): void {
  const inserted = draft.insertIncidents.get(key)
  if (inserted === undefined) draft.resolveIncidents.add(key)
  else draft.insertIncidents.set(key, { ...inserted, resolved: true })
}

/** A row that is inserted here is inserted where it belongs; so is one of a job that may have had a row before. */
function moveRow(draft: Draft, move: RowMove): void {
  const { key, element } = move
  const rename = <Row extends { readonly element: string }>(rows: Map<Key, Row>): boolean => {
    const row = rows.get(key)
    if (row !== undefined) rows.set(key, { ...row, element })
    return row !== undefined
  }
  rename(draft.insertJobs)
  if (!rename(draft.insertTimers) && !rename(draft.insertSubscriptions)) draft.moves.set(key, move)
}

/** A statement may change a row once. */
const isDeleted = (draft: Draft, key: Key): boolean =>
  draft.deleteJobs.has(key) || draft.deleteTimers.has(key) || draft.deleteSubscriptions.has(key)

function setVariables(draft: Draft, change: ChangeOf<'set-variables'>): void {
  for (const [name, value] of Object.entries(change.variables)) {
    draft.variables.set(`${change.scope}:${name}`, { scope: change.scope, name, value })
  }
}

const appliers = {
  'insert-job': (draft, { row }, at) => {
    draft.deleteJobs.delete(row.key)
    if (!draft.insertJobs.has(row.key))
      draft.insertJobs.set(row.key, { ...row, availableAt: at, worker: null, message: null, attempt: 0 })
  },
  'update-job': updateJob,
  'delete-job': (draft, { key }) => deleteJob(draft, key),
  'insert-timer': (draft, { row }) =>
    draft.deleteTimers.delete(row.key) || draft.insertTimers.set(row.key, row),
  'delete-timer': (draft, { key }) => draft.insertTimers.delete(key) || draft.deleteTimers.add(key),
  'insert-subscription': (draft, { row }) =>
    draft.deleteSubscriptions.delete(row.key) || draft.insertSubscriptions.set(row.key, row),
  'delete-subscription': (draft, { key }) =>
    draft.insertSubscriptions.delete(key) || draft.deleteSubscriptions.add(key),
  'insert-user-task': (draft, { row }) => draft.insertTasks.set(row.key, { row, state: 'CREATED' }),
  'update-user-task': (draft, { key, changes }) => updateTask(draft, key, changes, undefined),
  'end-user-task': (draft, { key, state }) => updateTask(draft, key, {}, state),
  'insert-incident': (draft, { row }) => draft.insertIncidents.set(row.key, { row, resolved: false }),
  'resolve-incident': (draft, { key }) => resolveIncident(draft, key),
  'move-row': (draft, { op: _, ...move }) => moveRow(draft, move),
  'set-variables': setVariables,
  'insert-message': (draft, { row }) => draft.messages.push(row),
  'insert-outbox': (draft, { row }) => draft.outbox.push(row),
} as const satisfies { [Op in RowChange['op']]: (draft: Draft, change: ChangeOf<Op>, at: Instant) => unknown }

/** Most commits of jobs that are held without a row. */
const nothing: NetRows = {
  insertJobs: [],
  updateJobs: [],
  deleteJobs: [],
  insertTimers: [],
  deleteTimers: [],
  insertSubscriptions: [],
  deleteSubscriptions: [],
  insertTasks: [],
  updateTasks: [],
  insertIncidents: [],
  resolveIncidents: [],
  moves: [],
  variables: [],
  messages: [],
  outbox: [],
}

/** `at`: the time of the commit, from which new jobs without a lease are on offer. */
export function netRows(
  changes: readonly RowChange[],
  leases: readonly Lease[],
  at: Instant,
  attempts: readonly FirstAttempt[] = [],
): NetRows {
  if (changes.length === 0) return nothing
  const draft = emptyDraft()
  for (const change of changes) {
    // The table is exhaustive by type; TypeScript cannot tie the key to the argument.
    const apply = appliers[change.op] as (draft: Draft, change: RowChange, at: Instant) => unknown
    apply(draft, change, at)
  }
  for (const lease of leases) {
    const job = draft.insertJobs.get(lease.jobKey)
    if (job !== undefined)
      draft.insertJobs.set(job.key, { ...job, worker: lease.worker, availableAt: lease.until, attempt: 1 })
  }
  for (const { jobKey } of attempts) {
    const job = draft.insertJobs.get(jobKey)
    if (job !== undefined) draft.insertJobs.set(jobKey, { ...job, attempt: 1 })
  }
  return {
    insertJobs: [...draft.insertJobs.values()],
    updateJobs: [...draft.updateJobs.values()],
    deleteJobs: [...draft.deleteJobs],
    insertTimers: [...draft.insertTimers.values()],
    deleteTimers: [...draft.deleteTimers],
    insertSubscriptions: [...draft.insertSubscriptions.values()],
    deleteSubscriptions: [...draft.deleteSubscriptions],
    insertTasks: [...draft.insertTasks.values()],
    updateTasks: [...draft.updateTasks.values()],
    insertIncidents: [...draft.insertIncidents.values()],
    resolveIncidents: [...draft.resolveIncidents],
    moves: [...draft.moves.values()].filter(({ key }) => !isDeleted(draft, key)),
    variables: [...draft.variables.values()],
    messages: draft.messages,
    outbox: draft.outbox,
  }
}

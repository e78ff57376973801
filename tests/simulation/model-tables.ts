/** The tables of the model store: what the rows of PostgreSQL are there. */
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
  UserTaskRow,
} from '@braid/core/engine/rows.ts'
import type { InstanceStatus } from '@braid/core/engine/state.ts'
import type { HistoryEntry, InstanceCommit, StoredDefinition } from '../../server/src/store/port.ts'

type Of<Row> = Row & { readonly instanceKey: Key }

export type StoredRow = {
  readonly key: Key
  readonly version: number
  readonly definitionKey: Key
  readonly processId: string
  readonly status: InstanceStatus
  readonly startKey: string | undefined
  readonly state: string
  readonly holder: Key | null
  readonly createdAt: Instant
  readonly endedAt: Instant | undefined
}
export type JobEntry = Of<JobRow> & {
  readonly definitionKey: Key
  readonly processId: string
  /** The end of a back-off, or of the lease of `worker`. */
  readonly availableAt: Instant
  readonly worker: string | null
  /** How often it was taken. */
  readonly attempt: number
}
export type TimerEntry = {
  readonly key: Key
  readonly instanceKey: Key | undefined
  readonly definitionKey: Key
  readonly element: string
  readonly due: Instant
  /** The due time, or the end of a node's claim. */
  readonly availableAt: Instant
  readonly repetitions?: number
  readonly cycle?: string
}
export type SubscriptionEntry = Of<SubscriptionRow> & {
  readonly definitionKey: Key
  readonly processId: string
  readonly openedAt: Instant
}
export type StartSubscriptionEntry = {
  readonly definitionKey: Key
  readonly processId: string
  readonly element: string
  readonly kind: 'message' | 'signal'
  readonly name: string
  readonly openedAt: Instant
}
export type MessageEntry = MessageRow & { readonly publishedAt: Instant; readonly expiresAt: Instant }

export type ModelTables = {
  readonly definitions: Map<Key, StoredDefinition>
  readonly instances: Map<Key, StoredRow>
  readonly history: Map<Key, HistoryEntry[]>
  readonly jobs: Map<Key, JobEntry>
  readonly timers: Map<Key, TimerEntry>
  readonly subscriptions: Map<Key, SubscriptionEntry>
  readonly startSubscriptions: StartSubscriptionEntry[]
  readonly messages: Map<Key, MessageEntry>
  /** `source claim` → the instance that did it. */
  readonly claims: Map<string, Key>
  readonly outbox: Map<Key, OutboxRow & { readonly writtenAt: Instant }>
  readonly userTasks: Map<Key, Of<UserTaskRow> & { readonly state: 'CREATED' | 'COMPLETED' | 'CANCELED' }>
  readonly incidents: Map<Key, Of<IncidentRow> & { readonly open: boolean }>
  /** `scope name` → value. */
  readonly variables: Map<string, { readonly instanceKey: Key; readonly value: JsonValue }>
  readonly nodes: Map<Key, { readonly id: Key; readonly name: string; readonly seenAt: Instant }>
}

export const createTables = (): ModelTables => ({
  definitions: new Map(),
  instances: new Map(),
  history: new Map(),
  jobs: new Map(),
  timers: new Map(),
  subscriptions: new Map(),
  startSubscriptions: [],
  messages: new Map(),
  claims: new Map(),
  outbox: new Map(),
  userTasks: new Map(),
  incidents: new Map(),
  variables: new Map(),
  nodes: new Map(),
})

type Appliers = {
  readonly [Op in RowChange['op']]: (
    tables: ModelTables,
    change: Extract<RowChange, { readonly op: Op }>,
    commit: InstanceCommit,
  ) => void
}

function insertMessage(tables: ModelTables, row: MessageRow, at: Instant): boolean {
  for (const [key, message] of tables.messages) {
    if (row.messageId === undefined || message.messageId !== row.messageId) continue
    if (message.name !== row.name || message.correlationKey !== row.correlationKey) continue
    if (message.expiresAt > at) return false
    const { messageId: _, ...released } = message
    tables.messages.set(key, released)
  }
  const correlationKey = row.correlationKey ?? (row.kind === 'message' ? '' : undefined)
  tables.messages.set(row.key, {
    ...row,
    ...(correlationKey === undefined ? {} : { correlationKey }),
    publishedAt: at,
    expiresAt: at + row.timeToLiveMs,
  })
  return true
}

export { insertMessage }

const tableOf = {
  job: 'jobs',
  'user-task': 'userTasks',
  timer: 'timers',
  subscription: 'subscriptions',
  incident: 'incidents',
} as const

const appliers: Appliers = {
  'move-row': (tables, { kind, key, element }, { definitionKey, processId }) => {
    const table = tables[tableOf[kind]] as Map<Key, object>
    const row = table.get(key)
    if (row !== undefined) table.set(key, { ...row, element, definitionKey, processId })
  },
  'insert-job': (tables, { row }, { key: instanceKey, definitionKey, processId, at }) => {
    if (tables.jobs.has(row.key)) return
    tables.jobs.set(row.key, {
      ...row,
      instanceKey,
      definitionKey,
      processId,
      availableAt: at,
      worker: null,
      attempt: 0,
    })
  },
  'update-job': (tables, { key, retries, availableAt }) => {
    const job = tables.jobs.get(key)
    if (job === undefined) return
    const free = availableAt === undefined ? {} : { availableAt, worker: null }
    tables.jobs.set(key, { ...job, retries, ...free })
  },
  'delete-job': (tables, { key }) => tables.jobs.delete(key),
  'insert-timer': (tables, { row }, { key: instanceKey, definitionKey }) => {
    const { key, element, due } = row
    tables.timers.set(key, { key, element, due, instanceKey, definitionKey, availableAt: due })
  },
  'delete-timer': (tables, { key }) => tables.timers.delete(key),
  'insert-subscription': (tables, { row }, { key: instanceKey, definitionKey, processId, at }) => {
    tables.subscriptions.set(row.key, { ...row, instanceKey, definitionKey, processId, openedAt: at })
  },
  'delete-subscription': (tables, { key }) => tables.subscriptions.delete(key),
  'insert-user-task': (tables, { row }, { key: instanceKey }) => {
    tables.userTasks.set(row.key, { ...row, instanceKey, state: 'CREATED' })
  },
  'update-user-task': (tables, { key, changes }) => {
    const task = tables.userTasks.get(key)
    if (task !== undefined) tables.userTasks.set(key, { ...task, ...changes })
  },
  'end-user-task': (tables, { key, state }) => {
    const task = tables.userTasks.get(key)
    if (task !== undefined) tables.userTasks.set(key, { ...task, state })
  },
  'insert-incident': (tables, { row }, { key: instanceKey }) => {
    tables.incidents.set(row.key, { ...row, instanceKey, open: true })
  },
  'resolve-incident': (tables, { key }) => {
    const incident = tables.incidents.get(key)
    if (incident !== undefined) tables.incidents.set(key, { ...incident, open: false })
  },
  'set-variables': (tables, { scope, variables }, { key: instanceKey }) => {
    for (const [name, value] of Object.entries(variables)) {
      tables.variables.set(`${scope} ${name}`, { instanceKey, value })
    }
  },
  'insert-message': (tables, { row }, { at }) => {
    insertMessage(tables, row, at)
  },
  'insert-outbox': (tables, { row }, { at }) => {
    tables.outbox.set(row.key, { ...row, writtenAt: at })
  },
}

export function applyRow(tables: ModelTables, change: RowChange, commit: InstanceCommit): void {
  // The table is exhaustive by type; TypeScript cannot tie the operation to its argument.
  const apply = appliers[change.op] as (
    tables: ModelTables,
    change: RowChange,
    commit: InstanceCommit,
  ) => void
  apply(tables, change, commit)
}

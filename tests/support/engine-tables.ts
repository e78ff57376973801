/** The tables that `rowsOf` describes, in memory: what is open at the moment over all instances. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type {
  IncidentRow,
  JobRow,
  MessageRow,
  OutboxRow,
  Owner,
  RowChange,
  SubscriptionRow,
  TimerRow,
  UserTaskRow,
} from '@braid/core/engine/rows.ts'

/** A row and the instance that it belongs to. */
export type Owned<R> = R & { readonly instanceKey: Key; readonly processId: string }
/** `availableAt`: not offered to workers before. */
export type OpenJob = Owned<JobRow> & { readonly availableAt: Instant }
export type BufferedMessage = MessageRow & { readonly expiresAt: Instant }

export type EngineTables = {
  readonly jobs: Map<Key, OpenJob>
  readonly timers: Map<Key, Owned<TimerRow>>
  readonly subscriptions: Map<Key, Owned<SubscriptionRow>>
  readonly userTasks: Map<Key, Owned<UserTaskRow>>
  readonly incidents: Map<Key, Owned<IncidentRow>>
  readonly messages: Map<Key, BufferedMessage>
  readonly outbox: Map<Key, OutboxRow>
}

export const createTables = (): EngineTables => ({
  jobs: new Map(),
  timers: new Map(),
  subscriptions: new Map(),
  userTasks: new Map(),
  incidents: new Map(),
  messages: new Map(),
  outbox: new Map(),
})

/** Removes what must be there: a second removal would be a fault of the engine. */
function remove<R>(table: Map<Key, R>, key: Key): void {
  if (!table.delete(key)) throw new Error(`row ${key} is removed, but it is not there`)
}

function updateJob(jobs: EngineTables['jobs'], change: RowChange & { readonly op: 'update-job' }): void {
  const job = jobs.get(change.key)
  if (job === undefined) throw new Error(`job ${change.key} is updated, but it is not there`)
  const availableAt = change.availableAt ?? job.availableAt
  jobs.set(change.key, { ...job, retries: change.retries, availableAt })
}

function moveRow(
  tables: EngineTables,
  change: RowChange & { readonly op: 'move-row' },
  processId: string,
): void {
  const { kind, key, element } = change
  const move = <R extends object>(table: Map<Key, R>): void => {
    const row = table.get(key)
    if (row === undefined) throw new Error(`${kind} ${key} is moved, but it is not there`)
    table.set(key, { ...row, element, processId })
  }
  if (kind === 'job') move(tables.jobs)
  else if (kind === 'timer') move(tables.timers)
  else if (kind === 'subscription') move(tables.subscriptions)
  else if (kind === 'user-task') move(tables.userTasks)
  else move(tables.incidents)
}

export function applyChange(tables: EngineTables, change: RowChange, owner: Owner, now: Instant): void {
  const own = { instanceKey: owner.key, processId: owner.processId }
  switch (change.op) {
    case 'insert-job':
      if (!tables.jobs.has(change.row.key))
        tables.jobs.set(change.row.key, { ...change.row, ...own, availableAt: now })
      break
    case 'update-job':
      updateJob(tables.jobs, change)
      break
    case 'delete-job':
      remove(tables.jobs, change.key)
      break
    case 'insert-timer':
      tables.timers.set(change.row.key, { ...change.row, ...own })
      break
    case 'delete-timer':
      remove(tables.timers, change.key)
      break
    case 'insert-subscription':
      tables.subscriptions.set(change.row.key, { ...change.row, ...own })
      break
    case 'delete-subscription':
      remove(tables.subscriptions, change.key)
      break
    case 'insert-user-task':
      tables.userTasks.set(change.row.key, { ...change.row, ...own })
      break
    case 'update-user-task': {
      const task = tables.userTasks.get(change.key)
      if (task === undefined) throw new Error(`user task ${change.key} is updated, but it is not there`)
      tables.userTasks.set(change.key, { ...task, ...change.changes })
      break
    }
    case 'end-user-task':
      remove(tables.userTasks, change.key)
      break
    case 'insert-incident':
      tables.incidents.set(change.row.key, { ...change.row, ...own })
      break
    case 'resolve-incident':
      remove(tables.incidents, change.key)
      break
    case 'move-row':
      moveRow(tables, change, own.processId)
      break
    case 'insert-message':
      tables.messages.set(change.row.key, { ...change.row, expiresAt: now + change.row.timeToLiveMs })
      break
    case 'insert-outbox':
      tables.outbox.set(change.row.key, change.row)
      break
    case 'set-variables':
      // Variables are read from the states.
      break
  }
}

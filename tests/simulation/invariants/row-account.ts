/** I8 for the derived tables: they are what `rowsOf` says of the log, but for jobs that a node holds without a row. */
import type { Key } from '@braid/core/base/key.ts'
import { type RowChange, rowsOf } from '@braid/core/engine/rows.ts'
import type { InstanceCommit } from '../../../server/src/store/port.ts'
import { applyRow, createTables, type ModelTables } from '../model-tables.ts'
import { Violation } from '../violation.ts'

export type RowAccount = {
  /** After a commit: what it touched, compared with what is stored. */
  committed(commit: InstanceCommit, stored: ModelTables): void
  readonly expected: ModelTables
}

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

function compare(what: string, key: Key | string, expected: unknown, stored: unknown): void {
  if (same(expected, stored)) return
  const texts = [expected, stored].map((row) => JSON.stringify(row) ?? 'no row')
  throw new Violation('I8', `${what} ${key}: the log says ${texts[0]}, the table ${texts[1]}`)
}

/** What every node may change without a commit is left out. */
const timerParts = (tables: ModelTables, key: Key): unknown => {
  const timer = tables.timers.get(key)
  return timer && [timer.instanceKey, timer.element, timer.due]
}

function compareTouched(change: RowChange, expected: ModelTables, stored: ModelTables): void {
  switch (change.op) {
    case 'insert-timer':
      return compare(
        'timer',
        change.row.key,
        timerParts(expected, change.row.key),
        timerParts(stored, change.row.key),
      )
    case 'delete-timer':
      return compare('timer', change.key, undefined, timerParts(stored, change.key))
    case 'insert-subscription': {
      const { key } = change.row
      return compare('subscription', key, expected.subscriptions.get(key), stored.subscriptions.get(key))
    }
    case 'delete-subscription':
      return compare('subscription', change.key, undefined, stored.subscriptions.get(change.key))
    case 'insert-user-task':
      return compare(
        'user task',
        change.row.key,
        expected.userTasks.get(change.row.key),
        stored.userTasks.get(change.row.key),
      )
    case 'update-user-task':
    case 'end-user-task':
      return compare(
        'user task',
        change.key,
        expected.userTasks.get(change.key),
        stored.userTasks.get(change.key),
      )
    case 'insert-incident':
      return compare(
        'incident',
        change.row.key,
        expected.incidents.get(change.row.key),
        stored.incidents.get(change.row.key),
      )
    case 'resolve-incident':
      return compare(
        'incident',
        change.key,
        expected.incidents.get(change.key),
        stored.incidents.get(change.key),
      )
    case 'set-variables':
      for (const name of Object.keys(change.variables)) {
        const key = `${change.scope} ${name}`
        compare('variable', key, expected.variables.get(key), stored.variables.get(key))
      }
      return
    case 'insert-outbox':
      return compare('outbox', change.row.key, change.row.command, stored.outbox.get(change.row.key)?.command)
    case 'delete-job':
      return compare('job', change.key, undefined, stored.jobs.get(change.key)?.key)
    case 'insert-job':
    case 'update-job':
    case 'insert-message':
      return
  }
}

/** A job without a row must be held by a node. */
function compareJobs(commit: InstanceCommit, expected: ModelTables, stored: ModelTables): void {
  for (const [key, job] of expected.jobs) {
    const row = stored.jobs.get(key)
    if (row !== undefined) compare('retries of job', key, job.retries, row.retries)
    else if (commit.holder === null) throw new Violation('I11', `job ${key} has no row, and no node holds it`)
  }
}

export function createRowAccount(): RowAccount {
  const expected = createTables()
  return {
    expected,
    committed: (commit, stored) => {
      const { key, definitionKey, processId } = commit
      const changes = commit.events.flatMap((event) => rowsOf(event, { key, definitionKey, processId }))
      for (const change of changes) applyRow(expected, change, commit)
      for (const change of changes) compareTouched(change, expected, stored)
      compareJobs(commit, expected, stored)
    },
  }
}

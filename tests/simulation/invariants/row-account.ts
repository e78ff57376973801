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

function compare(what: string, key: Key, expected: unknown, stored: unknown): void {
  if (same(expected, stored)) return
  const texts = [expected, stored].map((row) => JSON.stringify(row) ?? 'no row')
  throw new Violation('I8', `${what} ${key}: the log says ${texts[0]}, the table ${texts[1]}`)
}

/** What every node may change without a commit is left out. */
const timerParts = (tables: ModelTables, key: Key): unknown => {
  const timer = tables.timers.get(key)
  return timer && [timer.instanceKey, timer.element, timer.due]
}

/** The row that a change is about, as the log has it and as it is stored; undefined when it isn't compared. */
function touched(
  change: RowChange,
  expected: ModelTables,
  stored: ModelTables,
): readonly [what: string, key: Key, expected: unknown, stored: unknown] | undefined {
  const key = 'row' in change ? change.row.key : 'key' in change ? change.key : change.scope
  switch (change.op) {
    case 'insert-timer':
    case 'delete-timer':
      return ['timer', key, timerParts(expected, key), timerParts(stored, key)]
    case 'insert-subscription':
    case 'delete-subscription':
      return ['subscription', key, expected.subscriptions.get(key), stored.subscriptions.get(key)]
    case 'insert-user-task':
    case 'update-user-task':
    case 'end-user-task':
      return ['user task', key, expected.userTasks.get(key), stored.userTasks.get(key)]
    case 'insert-incident':
    case 'resolve-incident':
      return ['incident', key, expected.incidents.get(key), stored.incidents.get(key)]
    case 'set-variables': {
      const values = (tables: ModelTables): readonly unknown[] =>
        Object.keys(change.variables).map((name) => tables.variables.get(`${key} ${name}`)?.value)
      return ['variables', key, values(expected), values(stored)]
    }
    case 'insert-outbox':
      return ['outbox', key, change.row.command, stored.outbox.get(key)?.command]
    case 'delete-job':
      return ['job', key, undefined, stored.jobs.get(key)?.key]
    case 'insert-job':
    case 'update-job':
    case 'insert-message':
    case 'move-row':
      return undefined
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
      for (const change of changes) {
        const rows = touched(change, expected, stored)
        if (rows !== undefined) compare(...rows)
      }
      compareJobs(commit, expected, stored)
    },
  }
}

/** Runs of scripts as somebody may see them: their own, or everybody's. */
import {
  type Execution,
  type ExecutionDetail,
  type ExecutionQueue,
  type ExecutionState,
  executionPriorities,
  execution as executionSchema,
  type executionSearch,
} from '@braid/contract/execution.ts'
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import { integerField, keyField, optionalKeyField, requiredTimeField, textField, timeField } from './field.ts'
import { type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import { columnsOf } from './row.ts'

type Request = NonNullable<z.output<typeof executionSearch>>

/** Whose runs are asked for, by whom. */
export type Viewer = { readonly userId: string; readonly seesAll: boolean }

/** The account's name, as long as there is one. */
const owner = 'coalesce(u.username, e.owner)'

const entity: SearchableEntity = {
  from: 'execution e left join user_account u on u.id = e.owner_id',
  key: 'e.key',
  select: `e.key, e.owner_id, ${owner} as owner, e.state, e.language, e.version, e.priority, e.trigger, e.script_key,
    e.script_version, e.script_name, e.retry_of, e.timeout_ms, e.max_attempts, e.created_at, e.started_at, e.ended_at, e.attempt, e.isolation,
    e.exit_code, e.message, e.wall_ms, e.cpu_ms, e.peak_memory_bytes, e.output_bytes, e.result`,
  fields: {
    executionKey: keyField('e.key'),
    state: textField('e.state'),
    language: textField('e.language'),
    priority: textField('e.priority'),
    trigger: textField('e.trigger'),
    owner: textField(owner),
    scriptKey: optionalKeyField('e.script_key'),
    retryOf: optionalKeyField('e.retry_of'),
    createdAt: requiredTimeField('e.created_at'),
    endedAt: timeField('e.ended_at'),
    wallMs: integerField('e.wall_ms'),
  },
}

const errorTypes: Readonly<Partial<Record<ExecutionState, Execution['errorType']>>> = {
  TIMED_OUT: 'TIMEOUT',
  OUT_OF_MEMORY: 'OUT_OF_MEMORY',
  CANCELED: 'CANCELED',
  FAILED: 'RUNNER_ERROR',
}

const errorTypeOf = (state: ExecutionState, exitCode: number | undefined): Execution['errorType'] =>
  state === 'COMPLETED' && exitCode !== 0 ? 'SCRIPT_ERROR' : errorTypes[state]

function toItem(row: Row, userId: string): Execution {
  const column = columnsOf(row)
  const number = (name: string): number | undefined => (row[name] === null ? undefined : column.number(name))
  const state = column.text('state') as ExecutionState
  const result = column.optionalText('result')
  return {
    executionKey: column.key('key'),
    state,
    language: column.text('language') as Execution['language'],
    version: column.text('version'),
    priority: column.text('priority') as Execution['priority'],
    trigger: column.text('trigger') as Execution['trigger'],
    owner: column.text('owner'),
    own: column.optionalKey('owner_id') === userId,
    scriptKey: column.optionalKey('script_key'),
    scriptVersion: number('script_version'),
    scriptName: column.optionalText('script_name'),
    retryOf: column.optionalKey('retry_of'),
    timeoutMs: column.number('timeout_ms'),
    maxAttempts: column.number('max_attempts'),
    createdAt: column.time('created_at'),
    startedAt: column.optionalTime('started_at'),
    endedAt: column.optionalTime('ended_at'),
    attempt: column.number('attempt'),
    isolation: executionSchema.shape.isolation.parse(column.optionalText('isolation')),
    exitCode: number('exit_code'),
    errorType: errorTypeOf(state, number('exit_code')),
    message: column.optionalText('message'),
    wallMs: number('wall_ms'),
    cpuMs: number('cpu_ms'),
    peakMemoryBytes: number('peak_memory_bytes'),
    outputBytes: number('output_bytes'),
    ...(result === undefined ? {} : { result: JSON.parse(result) as JsonValue }),
  }
}

export async function searchExecutions(
  database: Database,
  request: Request,
  { userId, seesAll }: Viewer,
): Promise<Page<Execution>> {
  const { own, ...filter } = request.filter ?? {}
  const page = await searchPage(database, entity, { ...request, filter }, (parameters) => {
    if (seesAll && own === undefined) return []
    const mine = `e.owner_id = ${parameters.add(userId)}::bigint`
    return own === false ? [seesAll ? `${mine} is not true` : 'false'] : [mine]
  })
  return { ...page, items: page.items.map((row) => toItem(row, userId)) }
}

/** Whoever asks. */
export async function getExecution(
  database: Database,
  key: Key,
  userId: string,
): Promise<ExecutionDetail | undefined> {
  const [row] = await database.run<Row>({
    name: 'get-execution',
    text: `select ${entity.select}, e.source, e.stdin, e.input from ${entity.from} where e.key = $1`,
    values: [key],
  })
  if (row === undefined) return undefined
  const column = columnsOf(row)
  return {
    ...toItem(row, userId),
    script: column.text('source'),
    stdin: column.text('stdin'),
    input: JSON.parse(column.text('input')) as JsonObject,
  }
}

type Counted = {
  readonly priority: Execution['priority']
  readonly state: ExecutionState
  readonly runs: number
}

/** `max` of those that run or wait, and how many there are. */
export async function getExecutionQueue(
  database: Database,
  { userId, seesAll }: Viewer,
  max: number,
): Promise<Omit<ExecutionQueue, 'atOnce' | 'atOncePerUser'>> {
  const counts = await database.run<Counted>({
    name: 'count-open-executions',
    text: `select priority, state, count(*)::int as runs from execution where state in ('QUEUED', 'RUNNING')
           group by priority, state`,
  })
  const rows = await database.run<Row>({
    name: 'open-executions',
    text: `
      select e.key, e.owner_id, ${owner} as owner, e.state, e.language, e.priority, e.created_at
      from ${entity.from}
      where e.state in ('QUEUED', 'RUNNING')
      order by e.state desc, array_position($1::text[], e.priority),
        case when e.state = 'RUNNING' then 0 else
          row_number() over (partition by e.owner_id, e.state, e.priority order by e.key) end, e.key
      limit $2`,
    values: [executionPriorities, max],
  })
  const runs = (state: ExecutionState, priority?: string): number =>
    counts
      .filter((count) => count.state === state && (priority === undefined || count.priority === priority))
      .reduce((sum, count) => sum + count.runs, 0)
  return {
    running: runs('RUNNING'),
    queued: runs('QUEUED'),
    byPriority: executionPriorities.map((priority) => ({
      priority,
      queued: runs('QUEUED', priority),
      running: runs('RUNNING', priority),
    })),
    items: rows.map((row) => {
      const column = columnsOf(row)
      const own = column.optionalKey('owner_id') === userId
      return {
        ...(own || seesAll ? { executionKey: column.key('key'), owner: column.text('owner') } : {}),
        own,
        language: column.text('language') as Execution['language'],
        priority: column.text('priority') as Execution['priority'],
        state: column.text('state') as 'QUEUED' | 'RUNNING',
        createdAt: column.time('created_at'),
      }
    }),
  }
}

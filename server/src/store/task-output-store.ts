/** Stores what tasks say (O1, O2 of the port) and reads it. */
import type { JsonValue } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import { addOutputText } from './add-output-text.ts'
import type { Database } from './database.ts'
import { createParameters } from './search/filter.ts'
import {
  type LogLevel,
  logLevels,
  type NewOutput,
  type OutputEntry,
  type OutputHead,
  type OutputPage,
  type OutputQuery,
  type TaskOutputStore,
} from './task-output-port.ts'

/** Of each entry, how many later ones of the same owner come with it. */
function placesFromEnd(owners: readonly Key[]): readonly number[] {
  const later = new Map<Key, number>()
  return owners
    .toReversed()
    .map((owner) => {
      const place = later.get(owner) ?? 0
      later.set(owner, place + 1)
      return place
    })
    .reverse()
}

const progressOf = (entry: OutputEntry): number | null => (entry.kind === 'progress' ? entry.progress : null)
const levelOf = (entry: OutputEntry): string | null => (entry.kind === 'log' ? entry.level : null)
const messageOf = (entry: OutputEntry): string | null =>
  entry.kind === 'value' ? null : (entry.message ?? null)

function valueText(entry: OutputEntry): string | null {
  if (entry.kind === 'value') return JSON.stringify(entry.value)
  return 'omittedBytes' in entry ? String(entry.omittedBytes) : null
}

export async function addOutput(
  database: Database,
  entries: readonly NewOutput[],
  /** Signs the notice to other nodes; undefined: none is sent. */
  from: string | undefined,
): Promise<readonly OutputHead[]> {
  if (entries.length === 0) return []
  const instances = entries.map(({ instanceKey }) => instanceKey)
  const tasks = entries.map(({ taskKey }) => taskKey)
  const rows = await database.run<{ instance_key: number; last: number }>({
    name: 'add-output',
    text: addOutputText,
    values: [
      instances,
      tasks,
      entries.map(({ element }) => element),
      entries.map(({ attempt }) => attempt),
      entries.map(({ at }) => at),
      entries.map(({ entry }) => entry.kind),
      entries.map(({ entry }) => levelOf(entry)),
      entries.map(({ entry }) => messageOf(entry)),
      entries.map(({ entry }) => progressOf(entry)),
      entries.map(({ entry }) => valueText(entry)),
      placesFromEnd(instances),
      placesFromEnd(tasks),
      from ?? null,
    ],
  })
  return rows.map((row) => ({ instanceKey: row.instance_key as Key, last: row.last }))
}

type TouchedRow = {
  readonly key: number
  readonly instance_key: number
  readonly element_instance_key: number
  readonly element: string
  readonly attempt: number
}

export async function touchJobs(
  database: Database,
  jobs: Parameters<TaskOutputStore['touchJobs']>[0],
  worker: string | undefined,
): ReturnType<TaskOutputStore['touchJobs']> {
  const rows = await database.run<TouchedRow>({
    name: 'touch-jobs',
    text: `
      update job j set available_at = coalesce(r.until, j.available_at)
      from unnest($1::bigint[], $2::bigint[]) as r(key, until)
      where j.key = r.key and j.worker is not null and ($3::text is null or j.worker = $3)
      returning j.key, j.instance_key, j.element_instance_key, j.element, j.attempt`,
    values: [jobs.map(({ jobKey }) => jobKey), jobs.map(({ until }) => until ?? null), worker ?? null],
  })
  return rows.map((row) => ({
    jobKey: row.key as Key,
    instanceKey: row.instance_key as Key,
    taskKey: row.element_instance_key as Key,
    element: row.element,
    attempt: row.attempt,
  }))
}

type OutputRow = {
  readonly sequence: number
  readonly at: number
  readonly task_key: number
  readonly element: string
  readonly attempt: number
  readonly kind: OutputEntry['kind']
  readonly level: LogLevel | null
  readonly message: string | null
  readonly progress: number | null
  readonly value: string | null
  /** Of the texts of its page, up to and with its own. */
  readonly bytes: number
}

function entryOf({ kind, level, message, progress, value }: OutputRow): OutputEntry {
  if (kind === 'value') return { kind, value: JSON.parse(value ?? 'null') as JsonValue }
  if (kind === 'log') return { kind, level: level ?? 'info', message: message ?? '' }
  if (kind === 'stdout' || kind === 'stderr') {
    return { kind, message: message ?? '', ...(value === null ? {} : { omittedBytes: Number(value) }) }
  }
  return { kind, progress: progress ?? 0, ...(message === null ? {} : { message }) }
}

/** The length of a text is known without reading it. */
const textBytes = `coalesce(octet_length(message), 0) + coalesce(octet_length(value), 0)`

/** In order. */
export async function readOutput(database: Database, query: OutputQuery): Promise<OutputPage> {
  const parameters = createParameters()
  const { instanceKey, after, limit, maxBytes, taskKey, element, kind, attempt, minLevel } = query
  const conditions = [
    `instance_key = ${parameters.add(instanceKey)}`,
    `sequence > ${parameters.add(after)}`,
    ...(taskKey === undefined ? [] : [`task_key = ${parameters.add(taskKey)}`]),
    ...(element === undefined ? [] : [`element = ${parameters.add(element)}`]),
    ...(kind === undefined ? [] : [`kind = ${parameters.add(kind)}`]),
    ...(attempt === undefined ? [] : [`attempt = ${parameters.add(attempt)}`]),
    ...(minLevel === undefined
      ? []
      : [
          `(level is null or level = any(${parameters.add(logLevels.slice(logLevels.indexOf(minLevel)))}::text[]))`,
        ]),
  ]
  const rows = await database.run<OutputRow>({
    text: `
      select * from (
        select *, sum(${textBytes}) over (order by sequence) as bytes
        from (
          select sequence, at, task_key, element, attempt, kind, level, message, progress, value
          from task_output
          where ${conditions.join(' and ')}
          order by sequence
          limit ${parameters.add(limit)}
        ) counted
      ) page
      ${maxBytes === undefined ? '' : `where bytes - (${textBytes}) < ${parameters.add(maxBytes)}`}
      order by sequence`,
    values: parameters.values,
  })
  const isFull = maxBytes !== undefined && (rows.at(-1)?.bytes ?? 0) >= maxBytes
  const entries = rows.map((row) => ({
    instanceKey,
    sequence: row.sequence,
    at: row.at,
    taskKey: row.task_key as Key,
    element: row.element,
    attempt: row.attempt,
    entry: entryOf(row),
  }))
  return { entries, more: isFull || rows.length === limit }
}

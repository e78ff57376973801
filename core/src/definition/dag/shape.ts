/** What a DAG looks like as JSON from outside: fields and their types. What the values mean is checked later. */
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import { triggerRules } from '../../model/dag.ts'
import type { DagLog, Path } from './finding.ts'

type Reading = { readonly log: DagLog; readonly depth: number }
type Shape = (value: JsonValue, path: Path, reading: Reading) => void
type Fields = Readonly<Record<string, Shape>>

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const describe = (value: JsonValue): string => {
  if (Array.isArray(value)) return 'a list'
  return isObject(value) ? 'an object' : JSON.stringify(value).slice(0, 100)
}

const expect = (what: string, holds: (value: JsonValue) => boolean): Shape => {
  return (value, path, { log }) => {
    if (!holds(value)) log.error('INVALID_DAG', path, undefined, `expected ${what}, got ${describe(value)}`)
  }
}

const text = expect('a text', (value) => typeof value === 'string')
const formula = expect("FEEL with a leading '='", (value) => typeof value === 'string')
const number = expect('a number', (value) => typeof value === 'number')
const flag = expect('true or false', (value) => typeof value === 'boolean')
const plainObject = expect('an object', isObject)
const anything: Shape = () => undefined

const oneOf = (...values: readonly string[]): Shape =>
  expect(`one of ${values.join(', ')}`, (value) => typeof value === 'string' && values.includes(value))

const list = (entry: Shape): Shape => {
  return (value, path, reading) => {
    if (!Array.isArray(value)) expect('a list', Array.isArray)(value, path, reading)
    else for (const [index, one] of value.entries()) entry(one, [...path, index], reading)
  }
}

const entries = (entry: Shape): Shape => {
  return (value, path, reading) => {
    if (!isObject(value)) plainObject(value, path, reading)
    else for (const [key, one] of Object.entries(value)) entry(one, [...path, key], reading)
  }
}

/** `what`: with its article. */
const object = (what: string, required: Fields, optional: Fields): Shape => {
  const fields = new Map(Object.entries({ ...required, ...optional }))
  return (value, path, reading) => {
    if (!isObject(value)) return plainObject(value, path, reading)
    const { log } = reading
    for (const name of Object.keys(required)) {
      if (!Object.hasOwn(value, name))
        log.error('INVALID_DAG', path, undefined, `expected the field '${name}' of ${what}, got none`)
    }
    for (const [name, one] of Object.entries(value)) {
      const shape = fields.get(name)
      const known = `expected the fields of ${what} (${[...fields.keys()].join(', ')})`
      if (shape === undefined) log.error('INVALID_DAG', [...path, name], undefined, `${known}, got '${name}'`)
      else shape(one, [...path, name], reading)
    }
  }
}

const schedule = object(
  'a schedule',
  { name: text },
  {
    cron: text,
    every: text,
    at: text,
    timeZone: text,
    jitter: text,
    catchUp: oneOf('none', 'last', 'all'),
    input: plainObject,
    variant: text,
  },
)

const nodeRequired: Fields = { id: text }
const nodeOptional: Fields = {
  kind: text,
  title: text,
  after: list(text),
  rule: oneOf(...triggerRules),
  when: formula,
  on: object("'on'", { node: text, branch: text }, {}),
}
const scriptOptions: Fields = {
  input: anything,
  retries: number,
  backoff: text,
  timeout: text,
  priority: number,
  onFailure: oneOf('incident', 'continue'),
}
const taskOptions: Fields = { ...scriptOptions, tags: list(text), cacheFor: text }

const node = (what: string, required: Fields, optional: Fields): Shape =>
  object(what, { ...nodeRequired, ...required }, { ...nodeOptional, ...optional })

const choices: Readonly<Record<string, Shape>> = {
  task: node('a choice by a task', { branches: list(text), task: text }, { by: text, ...taskOptions }),
  expression: node('a choice by FEEL', { branches: list(text), expression: formula }, { by: text }),
  'round-robin': node('a choice in turns', { branches: list(text) }, { by: text }),
}

const choice: Shape = (value, path, reading) => {
  const by = isObject(value) ? value.by : undefined
  const shape = typeof by === 'string' && Object.hasOwn(choices, by) ? choices[by] : undefined
  if (shape !== undefined) return shape(value, path, reading)
  oneOf(...Object.keys(choices))(by ?? null, [...path, 'by'], reading)
}

const parts: Shape = (value, path, { log, depth }) => {
  if (depth < limits.dagDepth) list(anyNode)(value, path, { log, depth: depth + 1 })
  else
    log.error(
      'NESTED_TOO_DEEP',
      path,
      undefined,
      `expected parts to be nested at most ${limits.dagDepth} deep`,
    )
}

const script = object(
  "'script'",
  { language: text, source: text },
  { version: expect("a version in quotes, such as '3.12'", (value) => typeof value === 'string') },
)

const kinds: Readonly<Record<string, Shape>> = {
  task: node('a task node', { task: text }, taskOptions),
  script: node('a script node', { script }, scriptOptions),
  choice,
  dag: node('a dag node', { dag: text }, { input: anything }),
  map: node(
    'a map node',
    { over: formula, nodes: parts },
    { item: text, sequential: flag, result: anything },
  ),
  generate: node(
    'a generate node',
    { task: text, nodes: parts },
    { item: text, result: anything, ...taskOptions },
  ),
  repeat: node('a repeat node', { until: formula, maximum: number, nodes: parts }, { result: anything }),
}

/** Of a node that doesn't say it. */
export const kindOf = (node: JsonObject): JsonValue => node.kind ?? ('script' in node ? 'script' : 'task')

const anyNode: Shape = (value, path, reading) => {
  const kind = kindOf(isObject(value) ? value : {})
  const shape = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (shape !== undefined) shape(value, path, reading)
  else oneOf(...Object.keys(kinds))(kind, [...path, 'kind'], reading)
}

const dag = object(
  'a DAG',
  { id: text, nodes: (value, path, reading) => parts(value, path, { ...reading, depth: -1 }) },
  {
    title: text,
    description: text,
    input: plainObject,
    variants: entries(plainObject),
    output: anything,
    maxActiveRuns: number,
    schedules: list(schedule),
  },
)

/** Says what is not as it should be. */
export const checkShape = (value: JsonValue, log: DagLog): void => dag(value, [], { log, depth: 0 })

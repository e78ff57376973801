/**
 * A DAG as plain data that survives JSON: what `dag()` in TypeScript makes and what YAML and JSON files say. It compiles
 * to a Program; the engine never sees it.
 */
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { ScriptLanguage } from './script.ts'

/** `<application>/<name>`; of a file without an application, the name alone. */
export type DagId = string
/** A letter, then letters, digits and single `_`: an id is the variable that holds what the node gives. */
export type DagNodeId = string

/** JSON Schema (draft 2020-12). */
export type JsonSchema = JsonObject

/**
 * A JSON value in which every text that begins with `=` is FEEL. It sees `input` (of the run), what the nodes it depends
 * on give, by their ids, and in a part that runs per item `item` and `loopCounter` (from 1).
 */
export type DagValue = JsonValue
/** FEEL with a leading `=`. */
export type DagExpression = string

export type DagModel = {
  readonly id: DagId
  readonly title?: string
  readonly description?: string
  /** Of a run's input; absent: any object. */
  readonly input?: JsonSchema
  /** Named inputs; what the starter gives wins, field by field. */
  readonly variants?: Readonly<Record<string, JsonObject>>
  readonly nodes: readonly DagNode[]
  /** What a run gives; absent: nothing. */
  readonly output?: DagValue
  /** Further runs wait in line. */
  readonly maxActiveRuns?: number
  readonly schedules?: readonly DagSchedule[]
}

/**
 * When a node runs, seen once everything it depends on has ended. `all-succeeded` unless said: nothing before it failed
 * or was skipped.
 */
export const triggerRules = [
  'all-succeeded',
  'all-failed',
  'all-done',
  'any-succeeded',
  'any-failed',
  'none-failed',
  'none-skipped',
  'none-failed-any-succeeded',
] as const
export type TriggerRule = (typeof triggerRules)[number]

type NodeParts = {
  readonly id: DagNodeId
  readonly title?: string
  /** Nodes that come first although nothing of theirs is used. */
  readonly after?: readonly DagNodeId[]
  readonly rule?: TriggerRule
  /** Skipped unless it holds. */
  readonly when?: DagExpression
  /** Skipped unless the chooser `node` named `branch`. */
  readonly on?: { readonly node: DagNodeId; readonly branch: string }
}

/** Said by a task, or by a node that wants it otherwise. */
export type TaskOptions = {
  /** Attempts after the first; 3 unless said. */
  readonly retries?: number
  /** ISO 8601 duration before the first retry; doubled each time up to an hour. `PT1S` unless said. */
  readonly backoff?: string
  /** ISO 8601 duration of one attempt. */
  readonly timeout?: string
  /** Higher first; 0 unless said. */
  readonly priority?: number
  /** Workers that do it have all of them. */
  readonly tags?: readonly string[]
  /** Equal input within this ISO 8601 duration gives what it gave before, without running. */
  readonly cacheFor?: string
  /** `continue`: the run goes on with the node as failed; `incident`, unless said: somebody looks at it. */
  readonly onFailure?: 'incident' | 'continue'
}

/** Work of a task, `<application>/<name>`. */
export type DagTaskNode = NodeParts & {
  readonly kind: 'task'
  readonly task: string
  readonly input?: DagValue
} & TaskOptions
/** What is said of an attempt at a script: whoever runs scripts can take it, and it is never answered from a cache. */
export type ScriptOptions = Omit<TaskOptions, 'tags' | 'cacheFor'>
export type DagScript = {
  readonly language: ScriptLanguage
  /** Of the language, such as 3.12. */
  readonly version?: string
  readonly source: string
}
/** A script in isolation: `input`, an object, is what it reads, and what it gives as its result is what the node gives. */
export type DagScriptNode = NodeParts & {
  readonly kind: 'script'
  readonly script: DagScript
  readonly input?: DagValue
} & ScriptOptions
/**
 * A task whose output names the branch to take, or a list of branches; or a turn that goes round. Gives the list of
 * branches taken.
 */
export type DagChoiceNode = NodeParts & {
  readonly kind: 'choice'
  readonly branches: readonly string[]
} & (
    | ({ readonly by: 'task'; readonly task: string; readonly input?: DagValue } & TaskOptions)
    /** FEEL that gives a branch or a list of them. */
    | { readonly by: 'expression'; readonly expression: DagExpression }
    /** Of the runs of the part that it stands in, each takes the next branch. */
    | { readonly by: 'round-robin' }
  )
/** Another DAG, as a run of its own; gives what that run gives. */
export type DagNestedNode = NodeParts & {
  readonly kind: 'dag'
  /** An id, or FEEL that gives one. */
  readonly dag: DagId | DagExpression
  readonly input?: DagValue
}
/** A part that runs once per item of a list, all at once; gives the list of results in the order of the items. */
export type DagMapNode = NodeParts & {
  readonly kind: 'map'
  readonly over: DagExpression
  /** Variable of a run that holds its item; `item` unless said. Inside of another such node it needs its own. */
  readonly item?: DagNodeId
  /** One item after the other. */
  readonly sequential?: boolean
} & DagPart
/** A part that runs once per item that a task yields, while it still runs; gives like `map`. */
export type DagGenerateNode = NodeParts & {
  readonly kind: 'generate'
  readonly task: string
  readonly input?: DagValue
  /** As of `map`. */
  readonly item?: DagNodeId
} & TaskOptions &
  DagPart
/**
 * A part that runs again until `until`, which sees the nodes inside, holds; gives the last result. Inside, its id is what
 * the run before gave, null at first. Sees `loopCounter`.
 */
export type DagRepeatNode = NodeParts & {
  readonly kind: 'repeat'
  readonly until: DagExpression
  /** An incident when it is not enough. */
  readonly maximum: number
} & DagPart

/** Nodes inside another; their ids differ from all others of the DAG. */
export type DagPart = {
  readonly nodes: readonly DagNode[]
  /** What one run gives; absent: null. */
  readonly result?: DagValue
}

export type DagNode =
  | DagTaskNode
  | DagScriptNode
  | DagChoiceNode
  | DagNestedNode
  | DagMapNode
  | DagGenerateNode
  | DagRepeatNode

/** When runs begin by themselves. Exactly one of `cron`, `every`, `at`. */
export type DagSchedule = {
  readonly name: string
  /** Five fields, or six with seconds first. */
  readonly cron?: string
  /** ISO 8601 duration. */
  readonly every?: string
  /** ISO 8601 date and time with offset. */
  readonly at?: string
  /** IANA name; UTC unless said. */
  readonly timeZone?: string
  /** ISO 8601 duration: each run begins up to that much later. */
  readonly jitter?: string
  /** What happens with times that a standstill missed: `last` unless said. */
  readonly catchUp?: 'none' | 'last' | 'all'
  readonly input?: JsonObject
  readonly variant?: string
}

/** What the job of a task is called: a worker without its tags is never offered it. */
export const jobTypeOf = (task: string, tags: readonly string[] = []): string =>
  [task, ...tags.toSorted()].join('#')

/**
 * The task or script of a map that does nothing but that for each item: the runs of the map's own element stand for it,
 * so that a large map costs half.
 */
export function directTaskOf(node: DagNode): DagTaskNode | DagScriptNode | undefined {
  if (node.kind !== 'map') return undefined
  const [task, ...others] = node.nodes
  if (task === undefined || others.length > 0) return undefined
  if (task.kind !== 'task' && task.kind !== 'script') return undefined
  const isPlain =
    task.when === undefined &&
    task.on === undefined &&
    (task.rule ?? 'all-succeeded') === 'all-succeeded' &&
    task.onFailure !== 'continue'
  const givesIt = node.result === undefined || outputPath(node.result, task.id) !== undefined
  return isPlain && givesIt ? task : undefined
}

/** What follows the id in `= id` or `= id.field.of`. */
export function outputPath(value: DagValue, id: DagNodeId): string | undefined {
  const match = typeof value === 'string' ? /^=\s*\(?(\w+)((?:\.[A-Za-z]\w*)*)\)?\s*$/.exec(value) : null
  return match !== null && match[1] === id ? match[2] : undefined
}

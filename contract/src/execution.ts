/** Runs of scripts: asked for over `/execute`, done in isolation, with live output that is kept. */
import { maxScriptTimeoutMs, minScriptTimeoutMs } from '@braid/core/model/script.ts'
import { z } from 'zod'
import { empty, json, route } from './route.ts'
import {
  choiceFilter,
  dateTime,
  dateTimeFilter,
  jsonObject,
  jsonValue,
  key,
  keyFilter,
  searchRequest,
  searchResponse,
  text,
  textFilter,
} from './schema.ts'
import { scriptLanguages } from './script.ts'

/** In the order in which they come; from `COMPLETED` on, a run is over. `COMPLETED`: it ended by itself, with any exit code. */
export const executionStates = [
  'QUEUED',
  'RUNNING',
  'COMPLETED',
  'TIMED_OUT',
  'OUT_OF_MEMORY',
  'CANCELED',
  'FAILED',
] as const
export type ExecutionState = (typeof executionStates)[number]

export const isOver = (state: ExecutionState): boolean => state !== 'QUEUED' && state !== 'RUNNING'

/** The first is served first. */
export const executionPriorities = ['critical', 'high', 'normal', 'low', 'background'] as const
export type ExecutionPriority = (typeof executionPriorities)[number]

/** `FAILED` runs failed through no fault of the script: `RUNNER_ERROR`. */
export const executionErrorTypes = [
  'SCRIPT_ERROR',
  'TIMEOUT',
  'OUT_OF_MEMORY',
  'CANCELED',
  'RUNNER_ERROR',
] as const

/** What began a run: a person on a page, a program with an API key, a schedule, a backfill of one, or who repeats a run. */
export const executionTriggers = ['manual', 'api', 'schedule', 'backfill', 'retry'] as const
export type ExecutionTrigger = (typeof executionTriggers)[number]

export const isolationTiers = ['sandbox', 'gvisor', 'wasm', 'kubernetes'] as const

export { maxScriptLength } from '@braid/core/model/script.ts'
export const maxStdinLength = 1_000_000
export const defaultTimeoutMs = 30_000
export const minTimeoutMs = minScriptTimeoutMs
export const maxTimeoutMs = maxScriptTimeoutMs
export const defaultMaxAttempts = 3
/** A key that was used may be used again after this. */
export const idempotencyHours = 24

export const execution = z.object({
  executionKey: key,
  state: z.enum(executionStates),
  language: z.enum(scriptLanguages),
  /** Of the language, as it was asked for or chosen. */
  version: z.string(),
  priority: z.enum(executionPriorities),
  trigger: z.enum(executionTriggers),
  /** Who asked for it. */
  owner: z.string(),
  /** Whether the one who asks is the owner. */
  own: z.boolean(),
  /** The saved script that it runs, with its version. */
  scriptKey: key.optional(),
  scriptVersion: z.int().optional(),
  scriptName: z.string().optional(),
  /** The run that it repeats. */
  retryOf: key.optional(),
  timeoutMs: z.int(),
  /** So often it is begun at most. */
  maxAttempts: z.int(),
  createdAt: dateTime,
  startedAt: dateTime.optional(),
  endedAt: dateTime.optional(),
  /** Counts up when a node that ran it was lost. */
  attempt: z.int(),
  isolation: z.enum(isolationTiers).optional(),
  exitCode: z.int().optional(),
  errorType: z.enum(executionErrorTypes).optional(),
  /** What went wrong, in words. */
  message: z.string().optional(),
  wallMs: z.int().optional(),
  /** Of all its processes. */
  cpuMs: z.int().optional(),
  peakMemoryBytes: z.int().optional(),
  /** All that it wrote, kept or not. */
  outputBytes: z.int().optional(),
  /** What the script gave as its result. */
  result: jsonValue.optional(),
})
export type Execution = z.output<typeof execution>

const executionDetail = execution.extend({ script: z.string(), stdin: z.string(), input: jsonObject })
export type ExecutionDetail = z.output<typeof executionDetail>

export const executionResult = execution.extend({
  /** Of the last attempt; where something is left out, a line says how much. */
  stdout: z.string(),
  stderr: z.string(),
})
export type ExecutionResult = z.output<typeof executionResult>

export const acceptedExecution = z.object({ executionKey: key, state: z.enum(executionStates) })

export const runtime = z.object({
  language: z.enum(scriptLanguages),
  version: z.string(),
  /** As the interpreter says it. */
  fullVersion: z.string(),
  isolation: z.enum(isolationTiers),
})
export type Runtime = z.output<typeof runtime>

export const runtimeList = z.object({
  /** The first of a language is used when no version is asked for. */
  items: z.array(runtime),
  limits: z.object({
    maxScriptLength: z.int(),
    maxTimeoutMs: z.int(),
    defaultTimeoutMs: z.int(),
    memoryBytes: z.int(),
    diskBytes: z.int(),
    processes: z.int(),
    cpus: z.number(),
    outputBytes: z.int(),
  }),
  /** Why no scripts run, or what holds back from full isolation, and what to do. */
  warnings: z.array(z.string()),
  /** Scripts run without a boundary of the operating system, by an administrator's choice. */
  unconfined: z.boolean(),
})
export type RuntimeList = z.output<typeof runtimeList>

export const exampleScript = z.object({
  language: z.enum(scriptLanguages),
  title: z.string(),
  script: z.string(),
})

export const executionQueue = z.object({
  /** On all nodes. */
  atOnce: z.int(),
  /** Of one user. */
  atOncePerUser: z.int(),
  running: z.int(),
  queued: z.int(),
  byPriority: z.array(z.object({ priority: z.enum(executionPriorities), queued: z.int(), running: z.int() })),
  /** Those that run, then those that wait, in the order in which they will be taken; of others without their key. */
  items: z.array(
    z.object({
      executionKey: key.optional(),
      owner: z.string().optional(),
      own: z.boolean(),
      language: z.enum(scriptLanguages),
      priority: z.enum(executionPriorities),
      state: z.enum(['QUEUED', 'RUNNING']),
      createdAt: dateTime,
    }),
  ),
})
export type ExecutionQueue = z.output<typeof executionQueue>

/**
 * Frames of the stream of one run (server-sent events), named by their `type`. First a `status`, again when the state
 * changes; `output` frames carry their sequence as SSE id, for `Last-Event-ID`; `end` is the last one.
 */
export const executionFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('status'), ...execution.shape }),
  z.object({
    type: z.literal('output'),
    sequence: z.int(),
    stream: z.enum(['stdout', 'stderr']),
    timestamp: dateTime,
    attempt: z.int(),
    text: z.string(),
    /** What was left out before it: the run wrote more than is kept. */
    omittedBytes: z.int().optional(),
  }),
  z.object({ type: z.literal('end'), ...execution.shape }),
])
export type ExecutionFrame = z.output<typeof executionFrame>

export const executionEventTypes = [
  'execution_requested',
  'execution_started',
  'execution_completed',
  'execution_timed_out',
  'execution_out_of_memory',
  'execution_canceled',
  'execution_failed',
] as const

export const executionEvent = z.object({
  type: z.enum(executionEventTypes),
  timestamp: dateTime,
  /** Absent before the first one. */
  attempt: z.int().optional(),
  exitCode: z.int().optional(),
  message: z.string().optional(),
})
export type ExecutionEvent = z.output<typeof executionEvent>

const executionFilter = z.strictObject({
  executionKey: keyFilter.optional(),
  state: choiceFilter(executionStates).optional(),
  language: choiceFilter(scriptLanguages).optional(),
  priority: choiceFilter(executionPriorities).optional(),
  trigger: choiceFilter(executionTriggers).optional(),
  owner: textFilter.optional(),
  own: z.boolean().optional(),
  scriptKey: keyFilter.optional(),
  retryOf: keyFilter.optional(),
  createdAt: dateTimeFilter.optional(),
  endedAt: dateTimeFilter.optional(),
})

export const executionSearch = searchRequest(executionFilter, [
  'executionKey',
  'state',
  'language',
  'owner',
  'createdAt',
  'endedAt',
  'wallMs',
])

/** What may be run is checked by the operation: what can't run is 422 INVALID_SCRIPT, as a definition that can't is. */
const runRequest = z.strictObject({
  /** 1 to 50,000 characters; or a saved script by its key. */
  script: z.string().optional(),
  scriptKey: key.optional(),
  /** Of the saved script; absent: the newest. */
  scriptVersion: z.int().min(1).optional(),
  /** One of the runtimes; of a saved script, its own. */
  language: z.string().max(40).optional(),
  /** Absent: the first of the runtimes. */
  version: z.string().max(40).optional(),
  stdin: text(maxStdinLength).default(''),
  /** What the script reads as `input` of the module `braid`. */
  input: jsonObject.default({}),
  timeoutMs: z.int().min(minTimeoutMs).max(maxTimeoutMs).default(defaultTimeoutMs),
  /** A run whose server was lost is begun again, so often in all; 1: never twice. A script that fails has ended. */
  maxAttempts: z.int().min(1).max(10).default(defaultMaxAttempts),
  /** Above `normal` needs the permission execution:prioritize. */
  priority: z.enum(executionPriorities).default('normal'),
})
export type RunScriptRequest = z.output<typeof runRequest>

const params = z.object({ executionKey: key })
const tag = 'Executions'

export const executionRoutes = {
  executeScript: route({
    method: 'POST',
    path: '/execute',
    tag,
    summary: `Run a script. With the header Idempotency-Key, the same request within ${idempotencyHours} h finds the same run`,
    permission: 'execution:create',
    surface: 'braid',
    body: runRequest,
    response: json(acceptedExecution, 202),
  }),
  searchExecutions: route({
    method: 'POST',
    path: '/executions/search',
    tag,
    summary: 'Search my runs of scripts; with execution:read-all, those of everybody',
    permission: 'execution:read',
    surface: 'braid',
    body: executionSearch.optional(),
    response: json(searchResponse(execution)),
  }),
  getExecutionQueue: route({
    method: 'GET',
    path: '/executions/queue',
    tag,
    summary: 'Get the queue of runs, in the order in which they will be taken',
    permission: 'execution:read',
    surface: 'braid',
    response: json(executionQueue),
  }),
  getExecution: route({
    method: 'GET',
    path: '/executions/{executionKey}',
    tag,
    summary: 'Get a run with its script',
    permission: 'execution:read',
    surface: 'braid',
    params,
    response: json(executionDetail),
  }),
  getExecutionResult: route({
    method: 'GET',
    path: '/executions/{executionKey}/result',
    tag,
    summary: 'Get a run with what it wrote, until now if it runs',
    permission: 'execution:read',
    surface: 'braid',
    params,
    response: json(executionResult),
  }),
  getExecutionEvents: route({
    method: 'GET',
    path: '/executions/{executionKey}/events',
    tag,
    summary: 'Get the events of a run',
    permission: 'execution:read',
    surface: 'braid',
    params,
    query: z.object({ type: z.enum(executionEventTypes).optional() }),
    response: json(z.object({ items: z.array(executionEvent) })),
  }),
  cancelExecution: route({
    method: 'POST',
    path: '/executions/{executionKey}/cancel',
    tag,
    summary: 'Cancel a run that waits or runs: its processes are killed',
    permission: 'execution:create',
    surface: 'braid',
    params,
    response: json(z.object({ executionKey: key, status: z.literal('cancellation_requested') })),
  }),
  retryExecution: route({
    method: 'POST',
    path: '/executions/{executionKey}/retry',
    tag,
    summary: 'Run the same again, as a new run that names this one',
    permission: 'execution:create',
    surface: 'braid',
    params,
    response: json(acceptedExecution, 202),
  }),
  deleteExecution: route({
    method: 'DELETE',
    path: '/executions/{executionKey}',
    tag,
    summary: 'Delete a run that is over, with its output',
    permission: 'execution:delete',
    surface: 'braid',
    params,
    response: empty,
  }),
  streamExecution: route({
    method: 'GET',
    path: '/events/executions/{executionKey}',
    tag,
    summary: 'Follow a run: its status, its output as it comes, its end. Resumes after `Last-Event-ID`',
    permission: 'execution:read',
    surface: 'braid',
    params,
    response: { kind: 'stream', status: 200, contentType: 'text/event-stream', frame: executionFrame },
  }),
  listRuntimes: route({
    method: 'GET',
    path: '/runtimes',
    tag,
    summary: 'List the languages that scripts can be run in, with their versions and limits',
    permission: 'public',
    surface: 'braid',
    response: json(runtimeList),
  }),
  listExampleScripts: route({
    method: 'GET',
    path: '/example-scripts',
    tag,
    summary: 'List an example script per language',
    permission: 'public',
    surface: 'braid',
    response: json(z.object({ items: z.array(exampleScript) })),
  }),
} as const

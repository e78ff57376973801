import { z } from 'zod'
import { dagNodeKinds } from './dag.ts'
import { empty, json, route } from './route.ts'
import {
  choiceFilter,
  dateTime,
  dateTimeFilter,
  id,
  integerFilter,
  jsonObject,
  jsonValue,
  key,
  keyFilter,
  searchRequest,
  searchResponse,
  text,
  textFilter,
  variableFilter,
} from './schema.ts'

/** `QUEUED`: waits for room among the active runs of its DAG. `INCIDENT`: a task needs somebody, then it goes on. */
export const dagRunStates = ['QUEUED', 'RUNNING', 'INCIDENT', 'SUSPENDED', 'SUCCEEDED', 'CANCELED'] as const
export const dagRunTriggers = ['manual', 'schedule', 'backfill', 'rerun', 'parent'] as const

const runFields = {
  /** Also the key of its process instance. */
  dagRunKey: key,
  dagKey: key,
  dagId: z.string(),
  dagTitle: z.string(),
  dagVersion: z.int(),
  state: z.enum(dagRunStates),
  trigger: z.enum(dagRunTriggers),
  /** Who asked for it. */
  startedBy: z.string().optional(),
  scheduleKey: key.optional(),
  /** The time that a schedule meant. */
  scheduledFor: dateTime.optional(),
  variant: z.string().optional(),
  /** The run that this one repeats, and from where on. */
  rerunOf: key.optional(),
  rerunFrom: id.optional(),
  parentRunKey: key.optional(),
  priority: z.int(),
  createdAt: dateTime,
  /** Absent while it is queued. */
  startedAt: dateTime.optional(),
  endedAt: dateTime.optional(),
  /** 0 to 1: ended nodes among those known, running ones by what they report. */
  progress: z.number(),
}
export const dagRun = z.object(runFields)
export type DagRun = z.output<typeof dagRun>

export const dagTaskStates = [
  'waiting',
  'queued',
  'running',
  'succeeded',
  'failed',
  'skipped',
  'incident',
  'canceled',
] as const

/** All that happened at one node of the graph. */
export const dagNodeStatus = z.object({
  nodeId: id,
  kind: z.enum(dagNodeKinds),
  state: z.enum(dagTaskStates),
  /** Runs of it by state: a node in a part that runs per item has many. */
  counts: z.object({
    queued: z.int(),
    running: z.int(),
    succeeded: z.int(),
    failed: z.int(),
    skipped: z.int(),
    incident: z.int(),
    canceled: z.int(),
  }),
  /** 0 to 1; absent where nothing reports. */
  progress: z.number().optional(),
  startedAt: dateTime.optional(),
  endedAt: dateTime.optional(),
})
export type DagNodeStatus = z.output<typeof dagNodeStatus>

export const dagRunDetail = z.object({
  ...runFields,
  input: jsonObject,
  /** Of a run that succeeded. */
  output: jsonValue.optional(),
  nodes: z.array(dagNodeStatus),
})
export type DagRunDetail = z.output<typeof dagRunDetail>

export const taskAttempt = z.object({
  attempt: z.int(),
  worker: z.string(),
  startedAt: dateTime,
  endedAt: dateTime.optional(),
  /** `lost`: its worker fell silent, so that another one did it. */
  outcome: z.enum(['running', 'succeeded', 'failed', 'canceled', 'lost']),
  error: z.string().optional(),
})
export type TaskAttempt = z.output<typeof taskAttempt>

/** One run of one node. */
export const dagTask = z.object({
  taskKey: key,
  dagRunKey: key,
  nodeId: id,
  kind: z.enum(dagNodeKinds),
  state: z.enum(dagTaskStates),
  /** Of the item, from 1, outermost part first. */
  item: z.array(z.int()),
  progress: z.number().optional(),
  progressMessage: z.string().optional(),
  startedAt: dateTime,
  endedAt: dateTime.optional(),
})
export type DagTask = z.output<typeof dagTask>

export const dagTaskDetail = z.object({
  ...dagTask.shape,
  input: jsonValue.optional(),
  output: jsonValue.optional(),
  attempts: z.array(taskAttempt),
  incidentKey: key.optional(),
  error: z.string().optional(),
})
export type DagTaskDetail = z.output<typeof dagTaskDetail>

/** `stdout` and `stderr`: what a script wrote. */
export const outputKinds = ['log', 'value', 'progress', 'stdout', 'stderr'] as const
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
/** What a task says while it runs. */
export const taskOutput = z.object({
  /** Counts up in a run. */
  sequence: z.int(),
  timestamp: dateTime,
  taskKey: key,
  nodeId: id,
  attempt: z.int(),
  kind: z.enum(outputKinds),
  level: z.enum(logLevels).optional(),
  /** Of a log line or of progress; of stdout and stderr, the text as it was written. */
  message: z.string().optional(),
  /** Of stdout and stderr: so many bytes were left out before it. */
  omittedBytes: z.int().optional(),
  /** 0 to 1. */
  progress: z.number().optional(),
  value: jsonValue.optional(),
})
export type TaskOutput = z.output<typeof taskOutput>

/** Which output is asked for, of whatever wrote it. */
export const outputRange = {
  kind: z.enum(outputKinds).optional(),
  minLevel: z.enum(logLevels).optional(),
  /** Only later ones than this sequence. */
  after: z.int().min(0).optional(),
  limit: z.int().min(1).max(1_000).optional(),
}

/** `more`: others may follow, after the last one. A page of long texts has less than was asked for. */
export const outputPageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), more: z.boolean() })

export const dagRunStart = z.union(
  [
    z.strictObject({
      dagKey: key,
      input: jsonObject.optional(),
      variant: id.optional(),
      priority: z.int().min(-1_000).max(1_000).optional(),
      businessId: text(255).min(1).optional(),
    }),
    z.strictObject({
      /** The latest version. */
      dagId: id,
      input: jsonObject.optional(),
      variant: id.optional(),
      priority: z.int().min(-1_000).max(1_000).optional(),
      businessId: text(255).min(1).optional(),
    }),
  ],
  { error: 'expected an object with either dagKey or dagId' },
)
export const startedDagRun = z.object({
  dagRunKey: key,
  dagKey: key,
  dagId: z.string(),
  state: z.enum(['QUEUED', 'RUNNING']),
})

/** What a worker says of a job while it runs, in order; also a sign of life. */
export const jobReport = z.strictObject({
  jobKey: key,
  entries: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('progress'),
          progress: z.number().min(0).max(1),
          message: text(1_000).optional(),
        }),
        z.strictObject({ kind: z.literal('log'), level: z.enum(logLevels), message: text(10_000) }),
        z.strictObject({ kind: z.literal('value'), value: jsonValue }),
      ]),
    )
    .max(1_000),
  /** Milliseconds from now until which the lease is extended; absent: it stays as it is. */
  timeout: z.int().min(1_000).max(86_400_000).optional(),
})

const params = z.object({ dagRunKey: key })
const tag = 'DAG runs'

export const dagRunRoutes = {
  startDagRun: route({
    method: 'POST',
    path: '/dag-runs',
    tag,
    summary: 'Start a run of a DAG; its input is checked against the schema of the DAG',
    permission: 'dag-run:create',
    surface: 'braid',
    body: dagRunStart,
    response: json(startedDagRun),
  }),
  searchDagRuns: route({
    method: 'POST',
    path: '/dag-runs/search',
    tag,
    summary: 'Search runs of DAGs',
    permission: 'dag-run:read',
    surface: 'braid',
    body: searchRequest(
      z.strictObject({
        dagRunKey: keyFilter.optional(),
        dagKey: keyFilter.optional(),
        dagId: textFilter.optional(),
        application: textFilter.optional(),
        state: choiceFilter(dagRunStates).optional(),
        trigger: choiceFilter(dagRunTriggers).optional(),
        scheduleKey: keyFilter.optional(),
        parentRunKey: keyFilter.optional(),
        priority: integerFilter.optional(),
        createdAt: dateTimeFilter.optional(),
        variables: z.array(variableFilter).max(20).optional(),
      }),
      ['dagRunKey', 'dagId', 'state', 'createdAt', 'endedAt', 'priority'],
    ).optional(),
    response: json(searchResponse(dagRun)),
  }),
  getDagRun: route({
    method: 'GET',
    path: '/dag-runs/{dagRunKey}',
    tag,
    summary: 'Get a run with the state of every node',
    permission: 'dag-run:read',
    surface: 'braid',
    params,
    response: json(dagRunDetail),
  }),
  cancelDagRun: route({
    method: 'POST',
    path: '/dag-runs/{dagRunKey}/cancellation',
    tag,
    summary: 'Cancel a run: handlers that work for it are told to stop, and their results are refused',
    permission: 'dag-run:cancel',
    surface: 'braid',
    params,
    body: z.strictObject({}).optional(),
    response: empty,
  }),
  rerunDag: route({
    method: 'POST',
    path: '/dag-runs/{dagRunKey}/rerun',
    tag,
    summary: 'Start a new run that takes over what came before a node and begins there',
    permission: 'dag-run:create',
    surface: 'braid',
    params,
    body: z
      .strictObject({
        /** Absent: from the beginning. */
        from: id.optional(),
        /** Of the node, or with no `from` of the run, instead of what it had. */
        input: jsonObject.optional(),
      })
      .optional(),
    response: json(startedDagRun),
  }),
  searchDagTasks: route({
    method: 'POST',
    path: '/dag-runs/{dagRunKey}/tasks/search',
    tag,
    summary: 'Search what ran in a run, node by node and item by item',
    permission: 'dag-run:read',
    surface: 'braid',
    params,
    body: searchRequest(
      z.strictObject({ nodeId: textFilter.optional(), state: choiceFilter(dagTaskStates).optional() }),
      ['taskKey', 'startedAt'],
    ).optional(),
    response: json(searchResponse(dagTask)),
  }),
  getDagTask: route({
    method: 'GET',
    path: '/dag-runs/{dagRunKey}/tasks/{taskKey}',
    tag,
    summary: 'Get one run of a node with its input, output and attempts',
    permission: 'dag-run:read',
    surface: 'braid',
    params: z.object({ dagRunKey: key, taskKey: key }),
    response: json(dagTaskDetail),
  }),
  searchTaskOutput: route({
    method: 'POST',
    path: '/dag-runs/{dagRunKey}/output/search',
    tag,
    summary: 'Read logs, values and progress of a run',
    permission: 'dag-run:read',
    surface: 'braid',
    params,
    body: z
      .strictObject({
        taskKey: key.optional(),
        nodeId: id.optional(),
        ...outputRange,
      })
      .optional(),
    response: json(outputPageOf(taskOutput)),
  }),
  getDagRunSvg: route({
    method: 'GET',
    path: '/dag-runs/{dagRunKey}/graph.svg',
    tag,
    summary: 'The graph of a run as SVG, coloured by state',
    permission: 'dag-run:read',
    surface: 'braid',
    params,
    response: { kind: 'text', status: 200, contentType: 'image/svg+xml' },
  }),
  reportJobs: route({
    method: 'POST',
    path: '/jobs/reports',
    tag: 'Jobs',
    summary:
      'Report progress, logs and values of running jobs, extend their leases, learn which were canceled',
    permission: 'job:work',
    surface: 'braid',
    body: z.strictObject({
      /** Who reports. Jobs that another one has are not touched; without a name, those of anybody are. */
      worker: text(255).optional(),
      reports: z.array(jobReport).min(1).max(1_000),
    }),
    /** Jobs among those reported that are not the worker's any more: to be stopped. */
    response: json(z.object({ gone: z.array(key) })),
  }),
} as const

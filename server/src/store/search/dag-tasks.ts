/** Runs of the nodes of a DAG: from the log of the run, with what is known of jobs that wait or are being done. */
import type { DagNodeStatus, DagTask, DagTaskDetail, dagRunRoutes } from '@braid/contract/dag-run.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import { type DagModel, type DagNode, directTaskOf } from '@braid/core/model/dag.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import { history } from '../instance-store.ts'
import { type MemoryEntity, memoryPage } from './memory-page.ts'
import type { Page } from './page.ts'
import { isoTime } from './row.ts'
import { createRunFold, type NodeRecord, type RunFold } from './run-fold.ts'

type Request = NonNullable<z.output<(typeof dagRunRoutes)['searchDagTasks']['body']>>
type State = DagTask['state']

/** Logs that are folded already: whoever watches a run asks again and again. */
const capacity = 50
const historyPage = 1_000

type JobRow = {
  readonly key: number
  readonly element_instance_key: number
  readonly worker: string | null
  readonly available_at: number
  readonly attempt: number
}

/** A run as it is now. */
export type RunView = {
  readonly fold: RunFold
  readonly jobs: ReadonlyMap<number, JobRow>
  /** What tasks reported last, by their keys. */
  readonly reported: ReadonlyMap<number, Reported>
  /** The node that does jobs without rows. */
  readonly holder: Key | undefined
  readonly now: number
}
export type Reported = { readonly progress: number; readonly message?: string }

export type RunViews = { of(runKey: Key, now: number): Promise<RunView> }

export function createRunViews(database: Database): RunViews {
  const known = new Map<Key, { readonly fold: RunFold; turn: Promise<unknown> }>()

  const goOn = async (runKey: Key, fold: RunFold): Promise<void> => {
    for (;;) {
      const page = await history(database, { instanceKey: runKey, after: fold.version, max: historyPage })
      for (const entry of page) fold.add(entry)
      if (page.length < historyPage) return
    }
  }

  return {
    of: async (runKey, now) => {
      const entry = known.get(runKey) ?? { fold: createRunFold(), turn: Promise.resolve() }
      known.delete(runKey)
      known.set(runKey, entry)
      for (const oldest of known.keys()) {
        if (known.size <= capacity) break
        known.delete(oldest)
      }
      // Jobs first: one that ends meanwhile has an ending in the log, which counts more.
      const jobs = await database.run<JobRow>({
        text: 'select key, element_instance_key, worker, available_at, attempt from job where instance_key = $1',
        values: [runKey],
      })
      const reported = await readReported(database, runKey)
      const holder = await readHolder(database, runKey)
      const mine = entry.turn.then(() => goOn(runKey, entry.fold))
      entry.turn = mine.catch(() => known.delete(runKey))
      await mine
      return { fold: entry.fold, jobs: new Map(jobs.map((job) => [job.key, job])), reported, holder, now }
    },
  }
}

async function readReported(database: Database, runKey: Key): Promise<ReadonlyMap<number, Reported>> {
  const rows = await database.run<{ task_key: number; progress: number; message: string | null }>({
    text: 'select task_key, progress, message from task_report where instance_key = $1 and progress is not null',
    values: [runKey],
  })
  return new Map(
    rows.map(({ task_key, progress, message }) => [
      task_key,
      { progress, ...(message === null ? {} : { message }) },
    ]),
  )
}

async function readHolder(database: Database, runKey: Key): Promise<Key | undefined> {
  const [row] = await database.run<{ holder: number | null }>({
    text: 'select holder from instance where key = $1',
    values: [runKey],
  })
  return (row?.holder ?? undefined) as Key | undefined
}

/** Every node of a model with those inside its parts, the outer one first. */
export function nodesOf(nodes: readonly DagNode[]): readonly DagNode[] {
  return nodes.flatMap((node) => ('nodes' in node ? [node, ...nodesOf(node.nodes)] : [node]))
}

/** Which node an element instance is a run of. */
type NodeOf = (record: NodeRecord) => DagNode | undefined

/**
 * The node with the element's id. The runs of a loop are none of their own, for the loop stands for them; those of a map
 * that has one task are that task's.
 */
function nodeFinder({ fold }: RunView, model: DagModel): NodeOf {
  const nodes = new Map(nodesOf(model.nodes).map((node) => [node.id, node]))
  return ({ element, index, scope }) => {
    const node = nodes.get(element)
    const isRun = index !== undefined && scope !== undefined && fold.records.get(scope)?.element === element
    return isRun && node !== undefined ? directTaskOf(node) : node
  }
}

function stateOf({ jobs, now }: RunView, record: NodeRecord): State {
  if (record.state !== 'active') return record.state
  if (record.incidents.length > 0) return 'incident'
  const job = record.jobs.findLast(({ living }) => living)
  const row = job === undefined ? undefined : jobs.get(job.key)
  if (row === undefined) return 'running'
  return row.worker !== null && row.available_at > now ? 'running' : 'queued'
}

function progressOf({ reported }: RunView, record: NodeRecord): number | undefined {
  if (record.runs !== undefined && record.runs.count > 0)
    return Math.min(1, record.runs.ended / record.runs.count)
  return reported.get(record.key)?.progress
}

function toTask(view: RunView, runKey: Key, record: NodeRecord, { id, kind }: DagNode): DagTask {
  return {
    taskKey: String(record.key),
    dagRunKey: String(runKey),
    nodeId: id,
    kind,
    state: stateOf(view, record),
    item: [...view.fold.itemOf(record)],
    progress: progressOf(view, record),
    progressMessage: view.reported.get(record.key)?.message,
    startedAt: isoTime(record.startedAt),
    endedAt: record.endedAt === undefined ? undefined : isoTime(record.endedAt),
  }
}

export function tasksOf(view: RunView, runKey: Key, model: DagModel): readonly DagTask[] {
  const nodeOf = nodeFinder(view, model)
  return [...view.fold.records.values()].flatMap((record) => {
    const node = nodeOf(record)
    return node === undefined ? [] : [toTask(view, runKey, record, node)]
  })
}

const entity: MemoryEntity<DagTask> = {
  key: ({ taskKey }) => Number(taskKey),
  fields: {
    taskKey: { read: ({ taskKey }) => Number(taskKey), toStored: Number },
    nodeId: { read: ({ nodeId }) => nodeId },
    state: { read: ({ state }) => state },
    startedAt: { read: ({ startedAt }) => Date.parse(startedAt) },
  },
}

export const pageOfTasks = (tasks: readonly DagTask[], request: Request): Page<DagTask> =>
  memoryPage(entity, tasks, { ...request, filter: request.filter ?? {} })

type Counts = DagNodeStatus['counts']
const noCounts: Counts = {
  queued: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  skipped: 0,
  incident: 0,
  canceled: 0,
}

/** Which state stands for many runs of a node: the first that one of them has. */
const precedence = ['incident', 'running', 'queued', 'failed', 'canceled', 'succeeded', 'skipped'] as const

/** How a node ended in the run that this one repeats, if it is not done again. */
function takenOver(id: string, given: JsonObject): DagNodeStatus['state'] | undefined {
  const state = given[`${id}__state`]
  if (state === 'failed' || state === 'skipped') return state
  return Object.hasOwn(given, id) ? 'succeeded' : undefined
}

/** Each node of the model, in its order. `given`: what the run began with. */
export function nodeStatuses(
  model: DagModel,
  tasks: readonly DagTask[],
  given: JsonObject,
): readonly DagNodeStatus[] {
  const byNode = Map.groupBy(tasks, ({ nodeId }) => nodeId)
  return nodesOf(model.nodes).map(({ id: nodeId, kind }) => {
    const mine = byNode.get(nodeId) ?? []
    const counts = { ...noCounts }
    for (const { state } of mine) if (state !== 'waiting') counts[state] += 1
    const ends = mine.map(({ endedAt }) => endedAt)
    return {
      nodeId,
      kind,
      state: precedence.find((state) => counts[state] > 0) ?? takenOver(nodeId, given) ?? 'waiting',
      counts,
      progress: nodeProgress(mine),
      startedAt: mine.map(({ startedAt }) => startedAt).toSorted()[0],
      endedAt: ends.includes(undefined) ? undefined : ends.toSorted().at(-1),
    }
  })
}

const hasEnded = ({ endedAt }: Pick<DagTask, 'endedAt'>): boolean => endedAt !== undefined

/** Where something reports; runs that have ended are done. */
function nodeProgress(tasks: readonly DagTask[]): number | undefined {
  if (!tasks.some(({ progress }) => progress !== undefined)) return undefined
  return tasks.reduce((sum, task) => sum + (hasEnded(task) ? 1 : (task.progress ?? 0)), 0) / tasks.length
}

/** Of a run: its outermost nodes, each by how far it is. */
export function runProgress(model: DagModel, nodes: readonly DagNodeStatus[]): number {
  const outermost = new Set(model.nodes.map(({ id }) => id))
  const shares = nodes.filter(({ nodeId }) => outermost.has(nodeId)).map(shareOf)
  return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length
}

const shareOf = ({ state, progress }: DagNodeStatus): number =>
  state === 'waiting' || state === 'queued' || state === 'running' || state === 'incident'
    ? (progress ?? 0)
    : 1

export function taskDetail(
  view: RunView,
  runKey: Key,
  model: DagModel,
  taskKey: Key,
): { readonly detail: Omit<DagTaskDetail, 'attempts'>; readonly record: NodeRecord } | undefined {
  const record = view.fold.records.get(taskKey)
  const node = record === undefined ? undefined : nodeFinder(view, model)(record)
  if (record === undefined || node === undefined) return undefined
  const [incident] = record.incidents
  const detail = {
    ...toTask(view, runKey, record, node),
    input: record.input,
    output: record.output,
    incidentKey: incident === undefined ? undefined : String(incident),
    error: record.error,
  }
  return { detail, record }
}

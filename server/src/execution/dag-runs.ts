/**
 * Starts runs of DAGs, at once or in their turn. Every node does: one that adds, cancels or ends a run looks whether
 * another may begin; a poll finds what the others left. The store counts and claims (Q1, Q2 of its port).
 */
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { Rejection } from '@braid/core/engine/command.ts'
import type { DagRunOrigin, DagRunStore, NewDagRun, PendingRun } from '../store/dag-run-port.ts'
import { claimPage } from '../store/dag-run-store.ts'
import { type Clock, every } from './clock.ts'
import { type Execution, OverloadError } from './execution.ts'
import type { Continuation } from './rerun.ts'
import { type InputErrors, runInput } from './run-input.ts'

export type DagChoice = { readonly dagKey: Key } | { readonly dagId: string }

export type DagRunRequest = {
  /** From `nextKey`: a second request with it finds the run of the first one. */
  readonly key?: Key
  readonly dag: DagChoice
  readonly input: JsonObject
  /** It goes on where another run is repeated from; its input was checked for that one. */
  readonly continuation?: Continuation
  readonly priority?: number
  readonly businessId?: string
} & DagRunOrigin

export type StartedDagRun = {
  readonly key: Key
  readonly dagKey: Key
  readonly dagId: string
  readonly state: 'QUEUED' | 'RUNNING'
}

export type DagRunRefusal =
  /** No such DAG, or one that was deleted. */
  | { readonly kind: 'not-found' }
  | { readonly kind: 'input'; readonly errors: InputErrors }
  /** Too many are queued. */
  | { readonly kind: 'queue-full'; readonly dagId: string }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }

export type DagRuns = {
  /** Resolves once the run is stored: queued, or as an instance. Throws OverloadError like `submit`. */
  start(request: DagRunRequest): Promise<Result<StartedDagRun, DagRunRefusal>>
  /** Puts a run in its line, or starts it where there is none. */
  enter(run: NewDagRun): Promise<Result<'QUEUED' | 'RUNNING', DagRunRefusal>>
  /** Without effect on a run that has ended; `not-found` when there is none. */
  cancel(key: Key): Promise<Result<undefined, Rejection>>
  /** Takes up the queue, and what stopped nodes left, until the returned function is called. */
  begin(): () => Promise<void>
}

export type DagRunsDependencies = {
  readonly store: DagRunStore
  readonly execution: Pick<Execution, 'createInstance' | 'submit' | 'nextKey' | 'now' | 'onCommit'>
  /** The host's time: a pinned clock does not stop the queue. */
  readonly clock: Clock
  readonly onTrouble: (error: unknown) => void
}

/** Queues that others filled are noticed at least this often. */
const pollMs = 2_000
/** Commits of runs ask for a look at most this often. */
const lookPauseMs = 50
const sweepMs = 10_000
/** A claimed run without an instance for so long: whoever was to start it has stopped. */
const abandonedMs = 10_000

export function createDagRuns(dependencies: DagRunsDependencies): DagRuns {
  const { store, execution, clock, onTrouble } = dependencies
  const queues = createQueues(dependencies, (run) => startInstance(run))

  /** What was refused for good is canceled; what could not be stored now is tried again as abandoned. */
  const startInstance = async (run: PendingRun): Promise<void> => {
    try {
      const created = await createInstance(run)
      if (created.ok) return
      // False when it is an instance already.
      if (await store.cancelRun(run.key, { onlyQueued: false })) {
        onTrouble(new Error(`run ${run.key} of ${run.dagId} can't begin: ${created.error.message}`))
      }
    } catch (error) {
      if (!(error instanceof OverloadError)) onTrouble(error)
    }
  }

  const createInstance = ({ key, definitionKey, variables, begin, businessId }: PendingRun) =>
    execution.createInstance({
      instanceKey: key,
      definitionKey,
      variables,
      ...(begin === undefined ? {} : { begin }),
      ...(businessId === undefined ? {} : { businessId }),
    })

  const startNow = async (run: NewDagRun): Promise<Result<undefined, DagRunRefusal>> => {
    try {
      const created = await createInstance(run)
      if (created.ok) return success(undefined)
      await store.removeRun(run.key)
      return failure({ kind: 'rejected', rejection: created.error })
    } catch (error) {
      // Nothing was stored of it, and the caller is told to ask again.
      if (error instanceof OverloadError) await store.removeRun(run.key)
      throw error
    }
  }

  const enter: DagRuns['enter'] = async (run) => {
    const added = await store.addRun(run, clock.now())
    if (added === 'full') return failure({ kind: 'queue-full', dagId: run.dagId })
    if (added === 'known') {
      const claimed = await store.findStarted(run.key)
      if (claimed !== undefined) await startInstance(claimed)
      return success(claimed === undefined ? 'QUEUED' : 'RUNNING')
    }
    if (run.maxActive === undefined) {
      const started = await startNow(run)
      return started.ok ? success('RUNNING') : started
    }
    const started = await queues.look(run.dagId)
    return success(started.has(run.key) ? 'RUNNING' : 'QUEUED')
  }

  return {
    start: async (request) => {
      const dag = await store.findDag(request.dag)
      if (dag === undefined) return failure({ kind: 'not-found' })
      const { key: given, dag: _, input: asked, continuation, priority = 0, ...rest } = request
      const input = continuation === undefined ? runInput(dag.model, asked, request.variant) : success(asked)
      if (!input.ok) return failure({ kind: 'input', errors: input.error })
      const { maxActiveRuns } = dag.model
      const key = given ?? (await execution.nextKey())
      const known = given === undefined ? undefined : await store.findRun(key)
      if (known !== undefined) {
        // Whoever asked first may have stopped before it began; the queue looks after the others.
        if (known.started) await startInstance(known.run)
        const { definitionKey: dagKey, dagId } = known.run
        return success({ key, dagKey, dagId, state: known.started ? 'RUNNING' : 'QUEUED' })
      }
      const run: NewDagRun = {
        ...rest,
        key,
        definitionKey: dag.key,
        dagId: dag.dagId,
        variables: { ...continuation?.variables, input: input.value },
        ...(continuation === undefined ? {} : { begin: continuation.begin }),
        priority,
        ...(maxActiveRuns === undefined ? {} : { maxActive: maxActiveRuns }),
        createdAt: execution.now(),
      }
      const entered = await enter(run)
      return entered.ok ? success({ key, dagKey: dag.key, dagId: dag.dagId, state: entered.value }) : entered
    },
    enter,
    cancel: async (key) => {
      if (await store.cancelRun(key, { onlyQueued: true })) return success(undefined)
      // Claimed a moment ago: it begins, so that it can be ended like all others.
      const claimed = await store.findStarted(key)
      if (claimed !== undefined) await startInstance(claimed)
      const outcome = await execution.submit(key, { type: 'cancel-instance' })
      return outcome.ok ? success(undefined) : outcome
    },
    begin: () => {
      const sweep = async (): Promise<void> => {
        await store.settleRuns()
        const now = clock.now()
        await Promise.all((await store.claimAbandoned(now - abandonedMs, now)).map(startInstance))
      }
      const stops = [
        execution.onCommit(queues.committed),
        every(clock, pollMs, queues.lookAll, onTrouble),
        every(clock, sweepMs, sweep, onTrouble),
        queues.stop,
      ]
      queues.lookAll().catch(onTrouble)
      return async () => {
        for (const stop of stops) stop()
      }
    },
  }
}

/** Lines of runs that wait for others to end, as far as this node knows of them. */
function createQueues(
  { store, clock, onTrouble }: DagRunsDependencies,
  startInstance: (run: PendingRun) => Promise<void>,
) {
  /** Started runs of each DAG with a line. */
  const lines = new Map<string, ReadonlySet<Key>>()
  const paused = new Map<string, () => void>()
  let stopped = false

  /** Starts what may be started; all that are started then. */
  const look = async (dagId: string): Promise<ReadonlySet<Key>> => {
    for (;;) {
      const { claimed, active } = await store.claimRuns(dagId, clock.now())
      const started = new Set(active)
      lines.set(dagId, started)
      await Promise.all(claimed.map(startInstance))
      if (claimed.length < claimPage) return started
    }
  }

  const lookSoon = (dagId: string): void => {
    if (stopped || paused.has(dagId)) return
    paused.set(
      dagId,
      clock.after(lookPauseMs, () => {
        paused.delete(dagId)
        look(dagId).catch(onTrouble)
      }),
    )
  }

  return {
    look,
    committed: (instanceKey: Key | undefined): void => {
      for (const [dagId, active] of lines) {
        if (instanceKey === undefined || active.has(instanceKey)) lookSoon(dagId)
      }
    },
    lookAll: async (): Promise<void> => {
      const queued = new Set(await store.queuedDags())
      for (const dagId of lines.keys()) if (!queued.has(dagId)) lines.delete(dagId)
      for (const dagId of queued) await look(dagId)
    },
    stop: (): void => {
      stopped = true
      for (const cancel of paused.values()) cancel()
    },
  }
}

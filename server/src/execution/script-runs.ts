/**
 * Runs of scripts that people ask for: each waits in one line for room, users in turn, and then is an instance of a
 * process with one job, so that what holds for jobs holds for it: nothing is lost, a node that stops is replaced.
 */
import type { Key } from '@braid/core/base/key.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import {
  type ExecutionPriority,
  type ExecutionState,
  idempotencyMs,
  type NewScriptRun,
  type ScriptOffer,
  type ScriptRunStore,
} from '../store/script-run-port.ts'
import { type Clock, every } from './clock.ts'
import type { DagRunRefusal, DagRuns } from './dag-runs.ts'
import type { Execution } from './execution.ts'

/** The line that all of them wait in. */
const line = 'braid:execution'
export const executionJobType = 'braid:execution'
/** The only element of their process; what is said of a run that never began is said there. */
const executionElement = 'run'

const priorities: Readonly<Record<ExecutionPriority, number>> = {
  critical: 20,
  high: 10,
  normal: 0,
  low: -10,
  background: -20,
}

export type ScriptRunRequest = Omit<NewScriptRun, 'key' | 'createdAt'> & {
  /** From `nextKey`: a second request with it finds the run of the first one. */
  readonly key?: Key
}

export type StartedScriptRun = { readonly key: Key; readonly state: ExecutionState }

export type ScriptRunRefusal =
  | { readonly kind: 'differs' }
  | Extract<DagRunRefusal, { readonly kind: 'queue-full' | 'rejected' }>

export type ScriptRuns = {
  start(request: ScriptRunRequest): Promise<Result<StartedScriptRun, ScriptRunRefusal>>
  /** Resolves once it is sure to end: what it wrote till then is kept. */
  cancel(key: Key): Promise<void>
  /** What the nodes that live can run. */
  offers(): Promise<readonly ScriptOffer[]>
  readonly bounds: ScriptBounds
  /** Looks after runs that were left behind, until the returned function is called. */
  begin(): () => void
}

export type ScriptBounds = {
  /** On all nodes. */
  readonly atOnce: number
  readonly atOncePerUser: number
}

export type ScriptRunsDependencies = {
  readonly store: ScriptRunStore
  readonly dagRuns: Pick<DagRuns, 'enter' | 'cancel'>
  readonly execution: Pick<Execution, 'nextKey' | 'now' | 'writeOutput'>
  readonly bounds: ScriptBounds
  readonly clock: Clock
  readonly onTrouble: (error: unknown) => void
}

const sweepMs = 5_000
/** Whoever had it in hand is done with it by then. */
const strandedMs = 10_000

export function createScriptRuns(dependencies: ScriptRunsDependencies): ScriptRuns {
  const { store, dagRuns, execution, bounds, clock, onTrouble } = dependencies
  let definition: Key | undefined

  const definitionKey = async (): Promise<Key> => {
    definition ??= await store.findDefinition()
    if (definition === undefined) throw new Error('the process of scripts is not deployed')
    return definition
  }

  const enter = async ({ key, ownerId, priority, createdAt }: Entry) =>
    dagRuns.enter({
      key,
      definitionKey: await definitionKey(),
      dagId: line,
      variables: {},
      trigger: 'manual',
      startedBy: String(ownerId),
      priority: priorities[priority],
      maxActive: bounds.atOnce,
      maxPerUser: bounds.atOncePerUser,
      createdAt,
    })

  const add = async (run: NewScriptRun): Promise<Result<StartedScriptRun, ScriptRunRefusal>> => {
    const added = await store.add(run, execution.now() - idempotencyMs)
    if (added.kind === 'known') return success({ key: added.key, state: added.state })
    if (added.kind === 'differs') return failure(added)
    const entered = await enter(run)
    if (entered.ok) return success({ key: run.key, state: 'QUEUED' })
    await store.remove(run.key)
    const { error } = entered
    if (error.kind === 'queue-full' || error.kind === 'rejected') return failure(error)
    throw new Error(`a script was refused as ${error.kind}`)
  }

  /** In the words that whoever has its job in hand would use. */
  const noteCanceled = (key: Key, attempt: number, message?: string): Promise<void> =>
    execution.writeOutput({ instanceKey: key, taskKey: key, element: executionElement, attempt }, [
      { kind: 'value', value: { state: 'CANCELED', ...(message === undefined ? {} : { message }) } },
    ])

  /** Runs that a stopped node left: not entered, or ended without a word. */
  const sweep = async (): Promise<void> => {
    for (const { key, entered, attempt } of await store.findStranded(execution.now() - strandedMs)) {
      if (entered) {
        const message = 'the node that ran it stopped'
        const lost = { state: 'CANCELED', message, wallMs: 0, outputBytes: 0 } as const
        if (await store.end(key, lost, execution.now(), { ifEnded: true })) {
          await noteCanceled(key, attempt, message)
        }
        continue
      }
      const entry = await store.findEntry(key)
      if (entry !== undefined) await enter(entry)
    }
  }

  return {
    bounds,
    start: async (request) =>
      add({
        ...request,
        key: request.key ?? (await execution.nextKey()),
        createdAt: execution.now(),
      }),
    cancel: async (key) => {
      // What has ended meanwhile needs no more.
      await dagRuns.cancel(key)
      if (await store.cancelQueued(key, execution.now())) await noteCanceled(key, 0)
    },
    offers: store.offers,
    begin: () => every(clock, sweepMs, sweep, onTrouble),
  }
}

type Entry = Pick<NewScriptRun, 'key' | 'ownerId' | 'priority' | 'createdAt'>

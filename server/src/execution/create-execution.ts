/** Puts the parts of execution together. */
import type { Key } from '@braid/core/base/key.ts'
import { limits } from '@braid/core/base/limits.ts'
import { failure, success } from '@braid/core/base/result.ts'
import type { Command } from '@braid/core/engine/command.ts'
import { livingRuns } from '@braid/core/engine/loop-runs.ts'
import { deserializeState } from '@braid/core/engine/serialize.ts'
import { copyState } from '@braid/core/engine/state.ts'
import { visibleVariables } from '@braid/core/engine/variables.ts'
import type { BatchStore } from '../store/batch-port.ts'
import { canceledJobs } from '../store/notifications.ts'
import type { ClaimedJob, ExecutionStore, NodeFacts } from '../store/port.ts'
import type { TaskOutputStore } from '../store/task-output-port.ts'
import { createBatchLoop } from './batch-loop.ts'
import { type Clock, every } from './clock.ts'
import { createCommitLoop, type Outcome, type SubmitOptions } from './commit-loop.ts'
import { createCorrelation } from './correlation.ts'
import { type Decided, type Placement, publishedJobs } from './decide-instance.ts'
import { createDefinitionCache } from './definition-cache.ts'
import type { Execution } from './execution.ts'
import { createInstanceCache } from './instance-cache.ts'
import { createInstanceWatch } from './instance-watch.ts'
import { createItemStream } from './item-stream.ts'
import { createJobActivation } from './job-activation.ts'
import { createKeyBlocks } from './key-blocks.ts'
import { createLocalJobs, type Loaded } from './local-jobs.ts'
import { createMembership } from './membership.ts'
import { createOutbox } from './outbox.ts'
import { createTaskOutput } from './task-output.ts'
import { createTimerLoop, type TimerLoop } from './timer-loop.ts'

export type ExecutionOptions = {
  readonly store: ExecutionStore
  /** The time that timers, leases and expressions see. */
  readonly clock: Clock
  /** The time of the host, which nobody moves: for heartbeats and pauses. */
  readonly wall: Clock
  /** Absent: this node works at no batch operations. */
  readonly batches?: BatchStore
  /** Absent: what tasks say is not kept. */
  readonly output?: Pick<TaskOutputStore, 'addOutput'>
  readonly nodeName: string
  /** What this node is there for; everything unless said. An `API` node fires no timers. */
  readonly mode?: NodeFacts['mode']
  /** What its handlers offer, for people. */
  readonly tags?: readonly string[]
  readonly isDead: (nodeName: string) => boolean
  readonly isPassing: (error: unknown) => boolean
  readonly onTrouble: (error: unknown) => void
}

const heartbeatMs = 1_000
const tendMs = 1_000
const pollMs = 2_000
const sweepMs = 10_000
/** After this, nothing that was on its way when a definition was deleted can still start an instance of it. */
const deletedForMs = 60_000

/** Where others fire them. */
const noTimers: TimerLoop = { armed: () => undefined, wake: () => undefined, stop: () => undefined }

export async function createExecution(options: ExecutionOptions): Promise<Execution> {
  const { store, clock, wall, onTrouble, mode = 'ALL', tags = [] } = options
  const keys = createKeyBlocks((count) => store.allocateKeys(count))
  const nextKey = async (): Promise<Key> => {
    await keys.reserve(1)
    return keys.next()
  }
  const nodeKey = await nextKey()
  const definitions = createDefinitionCache(store)
  const cache = createInstanceCache()
  const definitionListeners: (() => void)[] = []
  const cancelListeners: ((jobKeys: readonly Key[] | '*') => void)[] = []
  const watch = createInstanceWatch({ store, clock: wall })

  const submit = (instanceKey: Key, command: Command, submitOptions?: SubmitOptions): Promise<Outcome> =>
    loop.submit(instanceKey, command, submitOptions)

  const load = async (jobs: readonly ClaimedJob[]): Promise<ReadonlyMap<Key, Loaded>> => {
    const loaded = new Map<Key, Loaded>()
    const missing = new Set<Key>()
    const add = async (key: Key, state: NonNullable<Loaded['state']>): Promise<void> => {
      const definition =
        definitions.peek(state.definitionKey) ?? (await definitions.load(state.definitionKey))
      loaded.set(key, { state, definition })
    }
    for (const job of jobs) {
      if (loaded.get(job.instanceKey)?.state?.owners.has(job.key) === true) continue
      // What is cached may be old where other nodes live: the job or its variables may be missing in it.
      const cached = membership.company ? undefined : cache.get(job.instanceKey)
      // A copy: the next decision about the instance changes its state in place.
      if (cached?.state.owners.has(job.key) === true) await add(job.instanceKey, copyState(cached.state))
      else missing.add(job.instanceKey)
    }
    if (missing.size === 0) return loaded
    for (const row of await store.loadInstances([...missing])) await add(row.key, deserializeState(row.state))
    return loaded
  }

  const addItems = createItemStream({
    clock: wall,
    submit,
    onCommit: watch.onCommit,
    roomOf: (instanceKey, elementInstanceKey) => {
      const body = cache.get(instanceKey)?.state.elements.get(elementInstanceKey)
      return body === undefined ? undefined : limits.openRuns - livingRuns(body)
    },
    onTrouble,
  })
  const localJobs = createLocalJobs({ store, clock, nodeKey, submit, addItems, load, onTrouble })
  const activation = createJobActivation({ store, clock, load, onTrouble })
  const timers =
    mode === 'API' ? noTimers : createTimerLoop({ store, clock, wall, submit, nextKey, onTrouble })
  const correlation = createCorrelation({ store, clock, submit, nextKey, onTrouble })
  const outbox = createOutbox({ store, clock, submit, onTrouble })
  const batches =
    options.batches === undefined
      ? undefined
      : createBatchLoop({ store: options.batches, clock: wall, submit, onTrouble })
  const facts = (): NodeFacts => ({ mode, tags, ...localJobs.facts() })
  const membership = createMembership({
    store,
    clock: wall,
    nodeKey,
    nodeName: options.nodeName,
    facts,
    isDead: options.isDead,
    submit,
    onTakeOver: correlation.sweep,
  })

  const taskOutput = createTaskOutput({
    store: options.output ?? { addOutput: async () => [] },
    clock: wall,
    now: clock.now,
    notify: () => membership.company,
    onTrouble,
  })

  const release = (decided: Decided): void => {
    const jobs = decided.placed.map(({ job }) => job.key)
    localJobs.release(jobs)
    activation.release(jobs)
  }

  /** Jobs that nobody holds can be taken from their rows, at once or later. */
  const jobsAppear = (at = 0): void => {
    clock.after(Math.max(0, at - clock.now()), () => {
      activation.wakeAll()
      localJobs.poll().catch(onTrouble)
    })
  }

  const onStored = (stored: readonly Decided[]): void => {
    for (const decided of stored) {
      const { commit } = decided
      if (commit === undefined) continue
      for (const row of commit.rows) {
        if (row.op === 'insert-timer') timers.armed(row.row.due)
        else if (row.op === 'insert-message') correlation.added('message', row.row.key)
        else if (row.op === 'insert-subscription') correlation.added('subscription', row.row.key)
        else if (row.op === 'insert-outbox') outbox.deliver(row.row)
        else if (row.op === 'update-job') jobsAppear(row.availableAt)
      }
      if (commit.events.some((event) => publishedJobs(event).length > 0)) jobsAppear()
      // Messages wait for the end of an instance that was started with their key.
      if (commit.status !== 'active' && commit.startKey !== undefined) correlation.sweep()
      const canceled = canceledJobs(commit.events)
      if (canceled.length > 0) for (const listener of cancelListeners) listener(canceled)
      localJobs.stored(decided)
      activation.stored(decided)
      watch.stored(decided)
    }
  }

  const loop = createCommitLoop({
    store,
    clock: wall,
    now: () => clock.now(),
    cache,
    definitions,
    keys,
    nodeKey,
    place: (job, instanceKey, canHold): Placement => {
      if (canHold && localJobs.hold(job, instanceKey)) return { kind: 'held' }
      if (localJobs.isBounded(job.jobType)) return { kind: 'free' }
      return activation.lease(job) ?? { kind: 'free' }
    },
    isHeld: localJobs.isHeld,
    gotRow: localJobs.gotRow,
    leaseOfHeld: localJobs.leaseOfHeld,
    release,
    isPassing: options.isPassing,
    notify: () => membership.company,
    onStored,
    onTrouble,
  })

  const housekeeping: (() => void)[] = []
  const repeat = (periodMs: number, task: () => Promise<void>): void => {
    housekeeping.push(every(wall, periodMs, task, onTrouble))
  }

  const execution: Execution = {
    nodeKey,
    submit: (instanceKey, command) => loop.submit(instanceKey, command, { external: true }),
    createInstance: async ({ instanceKey, ...request }) => {
      const key = instanceKey ?? (await nextKey())
      const command = { type: 'create-instance', key, ...request } as const
      const outcome = await loop.submit(key, command, { external: true })
      return outcome.ok ? success({ instanceKey: key }) : outcome
    },
    awaitEnd: watch.awaitEnd,
    publishMessage: async (message) => {
      const key = await nextKey()
      const stored = await store.publish({ key, kind: 'message', ...message, publishedAt: clock.now() })
      if (!stored) {
        return failure({
          kind: 'conflict',
          message: `a message '${message.name}' with id '${message.messageId}' is in the buffer already`,
        })
      }
      correlation.added('message', key)
      return success({ messageKey: key })
    },
    correlateMessage: async (message) => {
      const key = await nextKey()
      await store.publish({ key, kind: 'message', ...message, timeToLiveMs: 0, publishedAt: clock.now() })
      const [instanceKey] = await correlation.meet(key)
      if (instanceKey !== undefined) return success({ messageKey: key, instanceKey })
      return failure({
        kind: 'not-found',
        message: `nothing waits for message '${message.name}' with correlation key '${message.correlationKey}'`,
      })
    },
    broadcastSignal: async ({ name, variables }) => {
      const key = await nextKey()
      await store.publish({ key, kind: 'signal', name, variables, timeToLiveMs: 0, publishedAt: clock.now() })
      correlation.added('message', key)
      return { signalKey: key }
    },
    activateJobs: activation.activate,
    variablesAt: async (instanceKey, elementInstanceKey) => {
      const cached = membership.company ? undefined : cache.get(instanceKey)?.state
      const [stored] = cached === undefined ? await store.loadInstances([instanceKey]) : []
      const state = cached ?? (stored && deserializeState(stored.state))
      return state?.elements.has(elementInstanceKey) === true
        ? visibleVariables(state, elementInstanceKey)
        : undefined
    },
    jobOwner: async (jobKey) => (await store.findJobOwners([jobKey]))[0]?.instanceKey,
    program: async (definitionKey) => (await definitions.load(definitionKey))?.program,
    onDefinitions: (listener) => {
      definitionListeners.push(listener)
    },
    definitionsChanged: () => {
      for (const listener of definitionListeners) listener()
      timers.wake()
      correlation.sweep()
    },
    batchesChanged: () => batches?.wake(),
    handle: localJobs.handle,
    heardOf: ({ instances, jobTypes, canceled, outputs, definitions: deployed, timerDue }) => {
      if (timerDue !== undefined) timers.armed(timerDue)
      taskOutput.heardOf(outputs)
      if (canceled.length > 0) {
        localJobs.canceledElsewhere(canceled).catch(onTrouble)
        for (const listener of cancelListeners) listener(canceled)
      }
      if (deployed) execution.definitionsChanged()
      if (jobTypes === '*') activation.wakeAll()
      else for (const jobType of jobTypes) activation.wake(jobType)
      if (jobTypes.length > 0) localJobs.poll().catch(onTrouble)
      for (const key of instances === '*' ? [undefined] : instances) watch.changedElsewhere(key)
    },
    onCommit: watch.onCommit,
    report: ({ instanceKey, elementInstanceKey: taskKey, element, attempt }, entries) =>
      taskOutput.report({ instanceKey, taskKey, element, attempt }, entries),
    reportFor: taskOutput.report,
    writeOutput: taskOutput.write,
    onOutput: taskOutput.onOutput,
    onJobsCanceled: (listener) => {
      cancelListeners.push(listener)
    },
    livingJobs: async (jobKeys) => new Set((await store.findJobOwners(jobKeys)).map(({ jobKey }) => jobKey)),
    nextKey,
    now: () => clock.now(),
    facts,
    clockMoved: () => {
      timers.wake()
      activation.wakeAll()
      localJobs.poll().catch(onTrouble)
    },
    start: async () => {
      await membership.beat()
      repeat(heartbeatMs, membership.beat)
      repeat(tendMs, localJobs.tend)
      repeat(pollMs, async () => {
        activation.wakeAll()
        await localJobs.poll()
      })
      repeat(sweepMs, async () => {
        await outbox.sweep()
        await correlation.expire()
        await options.batches?.removeDeletedDefinitions(wall.now() - deletedForMs)
        correlation.sweep()
      })
      await outbox.sweep()
      correlation.sweep()
      timers.wake()
      batches?.wake()
    },
    stop: async () => {
      for (const stop of housekeeping) stop()
      timers.stop()
      activation.stop()
      await batches?.stop()
      await localJobs.stop()
      await taskOutput.stop()
      await loop.drain()
      await membership.leave()
    },
  }
  return execution
}

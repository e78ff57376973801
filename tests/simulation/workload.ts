/** What the world does: clients that start, workers, people, publishers, operators. All of them may misbehave. */
import type { Key } from '@braid/core/base/key.ts'
import type { Result } from '@braid/core/base/result.ts'
import type { Command, Rejection } from '@braid/core/engine/command.ts'
import { deserializeState } from '@braid/core/engine/serialize.ts'
import type { InstanceState, Wait } from '@braid/core/engine/state.ts'
import { visibleVariables } from '@braid/core/engine/variables.ts'
import {
  type ActivatedJob,
  BpmnError,
  type Execution,
  type JobHandler,
} from '../../server/src/execution/execution.ts'
import {
  correlationKeys,
  errorCode,
  localJobTypes,
  messageNames,
  remoteJobTypes,
  repeatedMessageName,
  repeatedSignalName,
  signalNames,
  startMessageName,
} from '../oracle/grammar/writing.ts'
import type { Checker, Tracked } from './invariants/checker.ts'
import { lost, type SimulatedNode } from './node.ts'
import type { Options } from './options.ts'
import type { Random } from './random.ts'
import type { Life, Scheduler } from './scheduler.ts'
import type { Trace } from './trace.ts'
import { Violation } from './violation.ts'

export type World = {
  readonly options: Options
  readonly random: Random
  readonly scheduler: Scheduler
  readonly trace: Trace
  readonly checker: Checker
  readonly nodes: readonly SimulatedNode[]
  /** Faults are over: everybody does what they should. */
  readonly isHealed: () => boolean
  readonly isOver: () => boolean
  readonly report: (violation: Violation) => void
  readonly acknowledged: { starts: number; completions: number; lost: number }
}

/** Lets an actor act; what goes wrong with it is found as everything else. */
export function spawn(world: World, actor: Promise<unknown>): void {
  actor.catch((error) =>
    world.report(
      error instanceof Violation ? error : new Violation('harness', String(error?.stack ?? error)),
    ),
  )
}

type Answer = Result<{ readonly version: number }, Rejection>

const anyNode = ({ random, nodes }: World): SimulatedNode => random.pick(nodes)

/** Asks any node; a request that is lost is no mistake. */
export async function submit(
  world: World,
  instanceKey: Key,
  command: Command,
): Promise<Answer | typeof lost> {
  try {
    return await anyNode(world).call(command.type, (execution) => execution.submit(instanceKey, command))
  } catch (error) {
    world.trace.note(`${command.type} was not taken: ${String(error)}`)
    return lost
  }
}

const isAcknowledged = (answer: Answer | typeof lost): boolean => answer !== lost && answer.ok

/** Everything that an instance waits for. */
export function* waitsOf(state: InstanceState): Generator<Wait> {
  for (const { waits } of state.elements.values()) yield* waits
}

const alive = (world: World): readonly Tracked[] =>
  [...world.checker.instances.values()].filter(({ state }) => state.status === 'active')

/** L2: what a worker sees is what some commit stored. */
function checkSeen({ checker, report }: World, job: ActivatedJob): void {
  const tracked = checker.instances.get(job.instanceKey)
  if (tracked === undefined) {
    report(new Violation('L2', `job ${job.key} of ${job.instanceKey}, which is not stored, was handed out`))
    return
  }
  const seen = JSON.stringify(job.variables)
  const matches = (state: InstanceState): boolean =>
    state.elements.has(job.elementInstanceKey) &&
    JSON.stringify(visibleVariables(state, job.elementInstanceKey)) === seen
  if (matches(tracked.state)) return
  if (tracked.versions.some((text) => matches(deserializeState(text)))) return
  report(new Violation('L2', `job ${job.key} was handed out with ${seen}, which no commit has stored`))
}

type Deed = { readonly kind: 'complete' } | { readonly kind: 'fail' } | { readonly kind: 'throw' }

function drawDeed(world: World, random: Random): Deed {
  const { fails, throws } = world.options.jobs
  if (world.isHealed()) return { kind: 'complete' }
  if (random.chance(fails)) return { kind: 'fail' }
  return random.chance(throws) ? { kind: 'throw' } : { kind: 'complete' }
}

/** What a loop gets at these places, whoever gives it. */
const itemsFrom = (offset: number, random: Random): readonly number[] =>
  Array.from({ length: random.between(1, 3) }, (_, index) => (offset + index) * 10)

/** Handlers inside a node; they end with it. */
export function handlersOf(world: World, life: Life): Readonly<Record<string, JobHandler>> {
  const random = world.random.fork('handlers')
  const handler: JobHandler = async (job, { addItems }) => {
    world.checker.executed(job.key)
    checkSeen(world, job)
    const isSlow = !world.isHealed() && random.chance(world.options.jobs.isSlow)
    const workMs = isSlow ? random.between(500, 9_000) : random.below(60)
    await world.scheduler.sleep(workMs, 'handler', life)
    if (job.itemsTaken !== undefined) {
      // From before where it was, as one that does not know exactly.
      const offset = Math.max(0, job.itemsTaken - 1)
      await addItems(offset, itemsFrom(offset, random))
    }
    const { kind } = drawDeed(world, random)
    if (kind === 'fail') throw new Error('the handler fails by plan')
    if (kind === 'throw') throw new BpmnError(errorCode, 'by plan', { thrown: job.key })
    return { [job.element]: job.key }
  }
  return Object.fromEntries(localJobTypes.map((type) => [type, handler]))
}

const remoteLeaseMs = 5_000

export async function work(world: World, worker: string): Promise<void> {
  const { scheduler, random: root } = world
  const random = root.fork(worker)
  while (!world.isOver()) {
    const jobType = random.pick(remoteJobTypes)
    const request = { jobType, worker, max: random.between(1, 3), leaseMs: remoteLeaseMs, longPollMs: 1_500 }
    const jobs = await ask(world, (execution) => execution.activateJobs(request))
    for (const job of jobs ?? []) {
      world.checker.executed(job.key)
      checkSeen(world, job)
      spawn(world, doRemotely(world, random, job))
    }
    await scheduler.sleep(random.between(50, 500), 'worker')
  }
}

async function ask<T>(world: World, request: (execution: Execution) => Promise<T>): Promise<T | undefined> {
  try {
    const answer = await anyNode(world).call('request', request)
    return answer === lost ? undefined : answer
  } catch (error) {
    world.trace.note(`request failed: ${String(error)}`)
    return undefined
  }
}

async function doRemotely(world: World, random: Random, job: ActivatedJob): Promise<void> {
  const { scheduler, options, isHealed } = world
  const { dies, isSlow, reportsTwice } = options.jobs
  if (!isHealed() && random.chance(dies)) return
  await scheduler.sleep(
    !isHealed() && random.chance(isSlow) ? random.between(4_000, 9_000) : random.below(200),
    'job',
  )
  if (job.itemsTaken !== undefined) {
    const items = itemsFrom(0, random)
    await submit(world, job.instanceKey, { type: 'add-items', jobKey: job.key, offset: 0, items })
  }
  const { kind } = drawDeed(world, random)
  const command: Command =
    kind === 'fail'
      ? {
          type: 'fail-job',
          jobKey: job.key,
          retries: job.retries - 1,
          retryBackOffMs: random.below(800),
          message: 'the worker fails by plan',
          variables: {},
        }
      : kind === 'throw'
        ? { type: 'throw-job-error', jobKey: job.key, code: errorCode, message: 'by plan', variables: {} }
        : { type: 'complete-job', jobKey: job.key, variables: { [job.element]: job.key } }
  const times = !isHealed() && random.chance(reportsTwice) ? 2 : 1
  const answers = await Promise.all(
    Array.from({ length: times }, () => submit(world, job.instanceKey, command)),
  )
  const isEnd = command.type === 'complete-job' || command.type === 'throw-job-error'
  if (isEnd) checkCompletion(world, job.instanceKey, job.key, answers, command.type === 'complete-job')
}

/** An acknowledged completion is in the log. A second one like it may be acknowledged too: it changes nothing. */
function checkCompletion(
  { checker, report, acknowledged }: World,
  instanceKey: Key,
  key: Key,
  answers: readonly (Answer | typeof lost)[],
  inLog: boolean,
): void {
  const taken = answers.filter(isAcknowledged).length
  acknowledged.lost += answers.filter((answer) => answer === lost).length
  if (taken === 0) return
  acknowledged.completions += 1
  if (inLog && checker.instances.get(instanceKey)?.completed.has(key) !== true) {
    report(new Violation('acknowledged', `the completion of ${key} was acknowledged and is not stored`))
  }
}

/** Starts what was planned. A client whose request was lost doesn't know, and starts once more. */
export async function startInstances(world: World, definitions: readonly Key[]): Promise<void> {
  const { random: root, scheduler, options, checker, report, acknowledged } = world
  const random = root.fork('starts')
  for (let left = options.instances; left > 0; left--) {
    await scheduler.sleep(random.below(1_500), 'start')
    const definitionKey = random.pick(definitions)
    const answer = await ask(world, (execution) =>
      execution.createInstance({ definitionKey, variables: { left } }),
    )
    if (answer?.ok !== true) continue
    acknowledged.starts += 1
    if (!checker.instances.has(answer.value.instanceKey)) {
      report(new Violation('acknowledged', `the start of ${answer.value.instanceKey} is not stored`))
    }
  }
}

/** People look at their tasks now and then. */
export async function doUserTasks(world: World): Promise<void> {
  const { scheduler, random: root, options } = world
  const random = root.fork('people')
  while (!world.isOver()) {
    await scheduler.sleep(random.between(500, 2_500), 'people')
    for (const { state } of alive(world)) {
      for (const wait of [...waitsOf(state)]) {
        if (wait.kind !== 'user-task' || (!world.isHealed() && random.chance(0.6))) continue
        const command: Command = {
          type: 'complete-user-task',
          userTaskKey: wait.key,
          variables: { done: wait.key },
          action: 'complete',
        }
        const times = !world.isHealed() && random.chance(options.jobs.reportsTwice) ? 2 : 1
        Promise.all(Array.from({ length: times }, () => submit(world, state.key, command))).then((answers) =>
          checkCompletion(world, state.key, wait.key, answers, true),
        )
      }
    }
  }
}

const messageIds = ['id1', 'id2', undefined, undefined] as const

export async function publish(world: World): Promise<void> {
  const { scheduler, random: root, options } = world
  const random = root.fork('publisher')
  while (!world.isHealed()) {
    await scheduler.sleep(random.between(1, 2 * options.publishEveryMs), 'publisher')
    if (random.chance(0.25)) {
      const name = random.pick([repeatedSignalName, ...signalNames])
      ask(world, (execution) => execution.broadcastSignal({ name, variables: { signal: name } }))
      continue
    }
    const messageId = random.pick(messageIds)
    const name = random.pick([startMessageName, repeatedMessageName, ...messageNames, ...messageNames])
    const correlationKey = random.pick(correlationKeys)
    const variables = { message: `${name} ${correlationKey}` }
    if (random.chance(0.15)) {
      ask(world, (execution) => execution.correlateMessage({ name, correlationKey, variables }))
      continue
    }
    const message = {
      name,
      correlationKey,
      ...(messageId === undefined ? {} : { messageId }),
      timeToLiveMs: random.pick([0, 3_000, 600_000]),
      variables,
    }
    for (let copies = random.chance(0.2) ? 2 : 1; copies > 0; copies--) {
      ask(world, (execution) => execution.publishMessage(message))
    }
  }
}

/** Operators do anything at any time; once faults are over they only clean up. */
export async function operate(world: World): Promise<void> {
  const { scheduler, random: root, options } = world
  const random = root.fork('operator')
  while (!world.isOver()) {
    const pauseMs = world.isHealed() ? 1_000 : Math.min(options.operatorEveryMs * 2 * random.next(), 5_000)
    await scheduler.sleep(pauseMs, 'operator')
    if (world.isHealed()) for (const { state } of alive(world)) await resolveIncidents(world, state)
    else if (options.operatorEveryMs < Number.POSITIVE_INFINITY) await interfere(world, random)
  }
}

async function resolveIncidents(world: World, state: InstanceState): Promise<void> {
  for (const { key, jobKey } of [...state.incidents.values()]) {
    if (jobKey !== undefined)
      await submit(world, state.key, { type: 'update-job-retries', jobKey, retries: 2 })
    await submit(world, state.key, { type: 'resolve-incident', incidentKey: key })
  }
}

async function interfere(world: World, random: Random): Promise<void> {
  const living = alive(world)
  if (living.length === 0) return
  const { state } = random.pick(living)
  const scope = random.pick([...state.elements.keys()])
  const call = [...waitsOf(state)].find(({ kind }) => kind === 'call')
  if (call !== undefined && random.chance(0.5)) {
    // Caller and called at once: each has something to say to the other, who is gone.
    await Promise.all([state.key, call.key].map((key) => submit(world, key, { type: 'cancel-instance' })))
    return
  }
  const deed = random.pick(['cancel', 'variables', 'variables', 'incidents', 'retries', 'task'] as const)
  const wait = [...waitsOf(state)].find(({ kind }) => kind === (deed === 'task' ? 'user-task' : 'job'))
  if (deed === 'cancel') await submit(world, state.key, { type: 'cancel-instance' })
  else if (deed === 'variables') {
    const variables = { changed: random.below(100) }
    await submit(world, state.key, { type: 'set-variables', scope, variables, local: random.chance(0.5) })
  } else if (deed === 'incidents') await resolveIncidents(world, state)
  else if (wait?.kind === 'job') {
    await submit(world, state.key, {
      type: 'update-job-retries',
      jobKey: wait.key,
      retries: random.between(1, 3),
    })
  } else if (wait?.kind === 'user-task') {
    const changes = { assignee: random.pick(['ann', 'bob', null]), priority: random.between(0, 100) }
    await submit(world, state.key, {
      type: 'update-user-task',
      userTaskKey: wait.key,
      action: 'update',
      changes,
    })
  }
}

/** A random path through processes: whatever the world may do to them, in any order, some of it wrong. */
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Command } from '@braid/core/engine/command.ts'
import type { Program } from '@braid/core/model/program.ts'
import type { Random } from '../simulation/random.ts'
import type { EngineDriver } from '../support/engine-driver.ts'
import {
  correlationKeys,
  errorCode,
  innerErrorCode,
  messageNames,
  numbers,
  repeatedMessageName,
  repeatedSignalName,
  signalNames,
  startMessageName,
  switches,
} from './grammar/writing.ts'
import { drawOperation } from './operators.ts'

export type Path = {
  readonly driver: EngineDriver
  readonly programs: readonly Program[]
  readonly random: Random
  /** Jobs and the like that were there once: asked for again, they are refused. */
  /** Operators take part. */
  readonly operated: boolean
  readonly past: { readonly instanceKey: Key; readonly command: Command }[]
}

const maxInstances = 3
const keptMs = 600_000

type Deed = () => unknown

function submit({ driver, past }: Path, instanceKey: Key, command: Command): void {
  past.push({ instanceKey, command })
  if (past.length > 20) past.shift()
  driver.submit(instanceKey, command)
}

/** Few names, so that values meet those who ask for them; often nothing. */
function variablesOf(random: Random): JsonObject {
  const variables: Record<string, JsonObject[string]> = {}
  if (random.chance(0.4)) variables[random.pick(numbers)] = random.between(0, 6)
  if (random.chance(0.2)) variables[random.pick(switches)] = random.chance(0.5)
  return variables
}

function start(path: Path): Deed | undefined {
  const { driver, programs, random } = path
  const living = [...driver.instances.values()].filter(({ state }) => state.status === 'active')
  if (living.length >= maxInstances) return undefined
  const { processId, nodes } = random.pick(programs)
  const isTriggered = nodes.some((node) => node.type === 'process' && node.starts.length === 0)
  if (!isTriggered) return () => driver.create(processId, variablesOf(random))
  return () =>
    driver.publish({ name: startMessageName, correlationKey: random.pick(['', 'A']), variables: {} })
}

function doJob(path: Path): Deed | undefined {
  const { driver, random } = path
  const jobs = [...driver.tables.jobs.values()]
  if (jobs.length === 0) return undefined
  const { key: jobKey, instanceKey, retries, items, elementInstanceKey } = random.pick(jobs)
  if (items === true && random.chance(0.6)) {
    const body = driver.instances.get(instanceKey)?.state.elements.get(elementInstanceKey)
    return () => submit(path, instanceKey, itemsFor(random, jobKey, body?.extras.loop?.started ?? 0))
  }
  const variables = variablesOf(random)
  const kind = random.next()
  const act =
    (command: Command): Deed =>
    () =>
      submit(path, instanceKey, command)
  if (kind < 0.65) return act({ type: 'complete-job', jobKey, variables })
  if (kind < 0.8) {
    const left = Math.max(0, retries - random.between(1, 2))
    return act({
      type: 'fail-job',
      jobKey,
      retries: left,
      retryBackOffMs: 0,
      message: 'by plan',
      variables: {},
    })
  }
  if (kind < 0.92) {
    const code = random.pick([errorCode, errorCode, innerErrorCode])
    return act({ type: 'throw-job-error', jobKey, code, message: 'by plan', variables })
  }
  if (kind < 0.96) return act({ type: 'update-job-retries', jobKey, retries: random.between(0, 2) })
  return act({ type: 'publish-jobs' })
}

/** Often some that were given already, and now and then some too late. */
function itemsFor(random: Random, jobKey: Key, taken: number): Command {
  const offset = Math.max(0, taken + random.pick([-2, -1, 0, 0, 0, 0, 1]))
  const items = Array.from({ length: random.between(1, 3) }, (_, index) => (offset + index) * 10)
  return { type: 'add-items', jobKey, offset, items }
}

function doUserTask(path: Path): Deed | undefined {
  const { driver, random } = path
  const tasks = [...driver.tables.userTasks.values()]
  if (tasks.length === 0) return undefined
  const { key: userTaskKey, instanceKey } = random.pick(tasks)
  const variables = variablesOf(random)
  if (random.chance(0.85))
    return () =>
      submit(path, instanceKey, { type: 'complete-user-task', userTaskKey, variables, action: 'complete' })
  const changes = { assignee: random.pick(['ann', null]) }
  return () => submit(path, instanceKey, { type: 'update-user-task', userTaskKey, action: 'assign', changes })
}

function passTime({ driver, random }: Path): Deed | undefined {
  const due = driver.nextDue()
  if (due === undefined) return undefined
  const kind = random.next()
  if (kind < 0.7) return () => driver.advanceTo(Math.max(due, driver.now))
  if (kind < 0.85) return () => driver.jumpTo(driver.now + random.between(1, 10_000))
  const timer = random.pick([...driver.tables.timers.values()])
  return () => timer && driver.submit(timer.instanceKey, { type: 'fire-timer', timerKey: timer.key })
}

function say({ driver, random }: Path): Deed | undefined {
  const waiting = [...driver.tables.subscriptions.values()]
  const variables = variablesOf(random)
  if (waiting.length > 0 && random.chance(0.75)) {
    const { kind, name, correlationKey = '' } = random.pick(waiting)
    if (kind === 'signal') return () => driver.broadcast(name, variables)
    return () => driver.publish({ name, correlationKey, variables, timeToLiveMs: random.pick([0, keptMs]) })
  }
  if (random.chance(0.4))
    return () => driver.broadcast(random.pick([...signalNames, repeatedSignalName]), variables)
  const name = random.pick([...messageNames, repeatedMessageName])
  const correlationKey = random.pick(correlationKeys)
  return () =>
    driver.publish({ name, correlationKey, variables, timeToLiveMs: random.pick([0, 5_000, keptMs]) })
}

function changeVariables(path: Path): Deed | undefined {
  const { driver, random } = path
  const living = [...driver.instances.values()].filter(({ state }) => state.status === 'active')
  if (living.length === 0) return undefined
  const { state } = random.pick(living)
  const scope = random.pick([...state.elements.keys()])
  const variables = random.chance(0.6)
    ? { [random.pick(switches)]: random.chance(0.6) }
    : { [random.pick(numbers)]: random.between(0, 6) }
  return () => submit(path, state.key, { type: 'set-variables', scope, variables, local: random.chance(0.4) })
}

function repair(path: Path): Deed | undefined {
  const { driver, random } = path
  const incidents = [...driver.tables.incidents.values()]
  if (incidents.length === 0) return undefined
  const { key: incidentKey, instanceKey, jobKey } = random.pick(incidents)
  if (jobKey !== undefined && random.chance(0.5))
    return () => submit(path, instanceKey, { type: 'update-job-retries', jobKey, retries: 1 })
  const retries = random.fork(`retries of ${incidentKey}`).between(0, 2)
  return () => submit(path, instanceKey, { type: 'resolve-incident', incidentKey, retries })
}

function interfere({ driver, random, past }: Path): Deed | undefined {
  const living = [...driver.instances.values()].filter(({ state }) => state.status === 'active')
  if (living.length > 0 && random.chance(0.1)) {
    const { state } = random.pick(living)
    return () => driver.submit(state.key, { type: 'cancel-instance' })
  }
  if (past.length === 0) return undefined
  const { instanceKey, command } = random.pick(past)
  return () => driver.submit(instanceKey, command)
}

const deeds: readonly (readonly [weight: number, draw: (path: Path) => Deed | undefined])[] = [
  [2, start],
  [10, doJob],
  [5, doUserTask],
  [3, passTime],
  [5, say],
  [4, changeVariables],
  [2, repair],
  [1, interfere],
]
const totalWeight = deeds.reduce((sum, [weight]) => sum + weight, 0)

/** Does one thing. What is refused changes nothing. */
export function step(path: Path): void {
  if (path.operated && path.random.chance(0.15)) {
    drawOperation(path)?.()
    return
  }
  let left = path.random.below(totalWeight)
  const draw = deeds.find(([weight]) => {
    left -= weight
    return left < 0
  })
  draw?.[1](path)?.()
}

/** Does what instances wait for, until all have ended; the number of steps, or undefined when some never end. */
export function push(path: Path, maxSteps: number): number | undefined {
  for (let steps = 0; steps < maxSteps; steps++) {
    const living = [...path.driver.instances.values()].filter(({ state }) => state.status === 'active')
    if (living.length === 0) return steps
    // What operators have moved may wait for ever, as a join does whose other token is gone.
    const help = helpOf(path)
    const isStuck = path.operated && (help.length === 0 || steps > maxSteps / 3)
    const helpful = isStuck ? living.map(({ state }) => cancel(path, state.key)) : help
    if (helpful.length === 0) return undefined
    path.random.pick(helpful)()
  }
  return undefined
}

const cancel =
  ({ driver }: Path, instanceKey: Key): Deed =>
  () =>
    driver.submit(instanceKey, { type: 'cancel-instance' })

/** Everything that can bring somebody on; what interrupts nothing, nobody needs. */
function helpOf(path: Path): readonly Deed[] {
  const { driver } = path
  const { jobs, userTasks, subscriptions, incidents } = driver.tables
  const act =
    (instanceKey: Key, command: Command): Deed =>
    () =>
      driver.submit(instanceKey, command)
  const variables: JsonObject = {}
  const suspended = [...driver.instances.values()].filter(({ state }) => state.suspended)
  const due = driver.nextDue()
  return [
    ...suspended.map(({ state }) => act(state.key, { type: 'resume-instance' })),
    ...[...jobs.values()].map(({ key: jobKey, instanceKey, retries }) =>
      retries === 0
        ? act(instanceKey, { type: 'update-job-retries', jobKey, retries: 1 })
        : act(instanceKey, { type: 'complete-job', jobKey, variables }),
    ),
    ...[...userTasks.values()].map(({ key: userTaskKey, instanceKey }) =>
      act(instanceKey, { type: 'complete-user-task', userTaskKey, variables, action: 'complete' }),
    ),
    ...[...incidents.values()].map(({ key: incidentKey, instanceKey }) =>
      act(instanceKey, { type: 'resolve-incident', incidentKey }),
    ),
    ...[...subscriptions.values()].flatMap(({ kind, name, correlationKey = '' }) => {
      if (name === repeatedMessageName || name === repeatedSignalName) return []
      if (kind === 'signal') return [() => driver.broadcast(name)]
      return [() => driver.publish({ name, correlationKey })]
    }),
    ...(due === undefined ? [] : [() => driver.advanceTo(Math.max(due, driver.now))]),
    ...toggles(path),
  ]
}

function toggles({ driver, random }: Path): readonly Deed[] {
  const living = [...driver.instances.values()].filter(({ state }) => state.conditions.size > 0)
  const name = random.pick(switches)
  return living.map(({ state }) => () => {
    // Whoever hides the switch behind one of its own sees it as well.
    for (const { key, variables } of [...state.elements.values()]) {
      if (key !== state.key && !Object.hasOwn(variables, name)) continue
      const value = variables[name] !== true
      driver.submit(state.key, {
        type: 'set-variables',
        scope: key,
        variables: { [name]: value },
        local: true,
      })
    }
  })
}

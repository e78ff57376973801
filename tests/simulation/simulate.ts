/** One run: a seed in, what happened out. Faults first, then none; then everything has to come to its end. */
import type { Key } from '@braid/core/base/key.ts'
import { linkProgram } from '@braid/core/engine/graph.ts'
import type { Program } from '@braid/core/model/program.ts'
import type { StoredDefinition } from '../../server/src/store/port.ts'
import { generateProgram } from '../oracle/grammar/generate-program.ts'
import type { Families } from '../oracle/grammar/writing.ts'
import { heal, repeatUntil, startChaos } from './chaos.ts'
import type { Defects } from './defects.ts'
import { type Backend, connect } from './faults.ts'
import { type Checker, createChecker } from './invariants/checker.ts'
import { checkEnd, describeStuck, helpWaiting, isAtRest, isModelIdle, modelLeftovers } from './liveness.ts'
import { createModelStore, deployModel } from './model-store.ts'
import { createTables, type ModelTables } from './model-tables.ts'
import { createNode, type SimulatedNode } from './node.ts'
import { drawOptions, noFaults, type Options } from './options.ts'
import { createRandom, type Random } from './random.ts'
import { createMovableTime, createScheduler, type MovableTime, type Scheduler } from './scheduler.ts'
import { createTrace, type Trace } from './trace.ts'
import { Violation } from './violation.ts'
import {
  doUserTasks,
  handlersOf,
  operate,
  publish,
  spawn,
  startInstances,
  type World,
  work,
} from './workload.ts'

export type Stage = {
  readonly backend: Backend
  readonly tables: ModelTables | undefined
  readonly definitions: readonly StoredDefinition[]
  /** No command, start timer or message is on its way. */
  isIdle(): boolean | Promise<boolean>
  /** Rows that only running instances own. */
  leftovers(): readonly string[] | Promise<readonly string[]>
  /** Version of every instance that is stored. */
  versions(): ReadonlyMap<Key, number> | Promise<ReadonlyMap<Key, number>>
}

export type RunOptions = {
  /** Blocks that processes are made of; by default all. */
  readonly families?: Families
  readonly defects?: Defects
  /** Another store than the model, with the programs deployed. */
  readonly stage?: (programs: readonly Program[], at: number) => Promise<Stage>
}

export type RunResult = {
  readonly options: Options
  readonly violation: Violation | undefined
  readonly hash: string
  readonly tail: readonly string[]
  readonly steps: number
  readonly commits: number
  readonly acknowledged: World['acknowledged']
  readonly coverage: ReadonlyMap<string, number>
  readonly checker: Checker
}

const startOfTime = Date.UTC(2025, 0, 1)
/** What stores nothing for so long after the last fault is stuck. */
const patienceMs = 400_000
/** Whoever goes on storing must be over after so many times that: the longest way through a model is far shorter. */
const mostPatience = 5

function drawPrograms(random: Random, count: number, families: Families): readonly Program[] {
  const programs: Program[] = []
  for (let index = 0; index < count; index++) {
    const kind = random.next()
    const callable = programs.map((program) => program.processId)
    const start = index === 0 || kind < 0.7 ? 'none' : kind < 0.9 ? 'message' : 'timer'
    const options = { processId: `p${index + 1}`, blocks: random.between(1, 3), start, families } as const
    // Only what starts by itself can be called.
    const starters = callable.filter((_, called) =>
      programs[called]?.nodes.some((node) => node.type === 'process' && node.starts.length > 0),
    )
    programs.push(generateProgram(random.fork(options.processId), { ...options, callable: starters }))
  }
  return programs
}

function stageModel(defects: Defects, programs: readonly Program[], at: number): Stage {
  const tables = createTables()
  const backend = createModelStore({ tables, defects: new Set(defects.store) })
  const definitions = deployModel(tables, programs, at, () => backend.allocateKeys(1) as Key)
  return {
    backend,
    tables,
    definitions,
    isIdle: () => isModelIdle(tables),
    leftovers: () => modelLeftovers(tables),
    versions: () => new Map([...tables.instances].map(([key, { version }]) => [key, version])),
  }
}

/** Nodes get the Program that a defect makes of it; the invariants know the true one. */
function served({ backend }: Stage, { serve }: Defects): Backend {
  if (serve === undefined) return backend
  return {
    ...backend,
    loadDefinition: async (key) => {
      const stored = await backend.loadDefinition(key)
      return stored !== undefined && 'program' in stored
        ? { ...stored, program: serve(stored.program) }
        : stored
    },
  }
}

type Phase = 'chaos' | 'healed' | 'over'

type Running = {
  readonly world: World
  readonly scheduler: Scheduler
  readonly time: MovableTime
  readonly stage: Stage
  readonly coverage: Map<string, number>
  readonly violation: () => Violation | undefined
  readonly report: (violation: Violation) => void
  phase: Phase
}

function assemble(seed: number, stage: Stage, base: Base, defects: Defects): Running {
  const { random, trace, scheduler, time, options } = base
  const graphs = new Map(stage.definitions.map(({ key, program }) => [key, linkProgram(program)]))
  const checker = createChecker({
    graphOf: (key) => graphs.get(key) ?? missing(key),
    latest: time.latest,
    tables: stage.tables,
  })
  let found: Violation | undefined
  const report = (violation: Violation): void => {
    found ??= violation
  }
  const coverage = new Map<string, number>()
  const dead = new Set<string>()
  const nodes: SimulatedNode[] = []
  const backend = served(stage, defects)
  const world: World = {
    options,
    random: random.fork('world'),
    scheduler,
    trace,
    checker,
    nodes,
    isHealed: () => running.phase !== 'chaos',
    isOver: () => running.phase === 'over',
    report,
    acknowledged: { starts: 0, completions: 0, lost: 0 },
  }
  const running: Running = {
    world,
    scheduler,
    time,
    stage,
    coverage,
    violation: () => found,
    report,
    phase: 'chaos',
  }
  const faults = { commit: options.commitFaults, call: options.callFaults }
  const calm = { commit: noFaults, call: noFaults }
  for (let index = 1; index <= options.nodes; index++) {
    const name = `node${index}`
    const link = { backend, scheduler, random: random.fork(`${seed} ${name}`), trace, checker, coverage }
    nodes.push(
      createNode({
        name,
        scheduler,
        random: random.fork(`${name} calls`),
        trace,
        connect: (life, lifeName, crash) =>
          connect({
            ...link,
            life,
            name: lifeName,
            crash,
            maxLatencyMs: options.maxLatencyMs,
            faults: () => (running.phase === 'chaos' ? faults : calm),
            defects,
          }),
        clockOf: (life) => time.clockOf(life, defects.clockAheadMs ?? 0),
        handlers: (life) => handlersOf(world, life),
        isDead: (other) => options.knowsDeaths && dead.has(other),
        died: (other) => dead.add(other),
        report,
      }),
    )
  }
  return running
}

const missing = (key: Key): never => {
  throw new Violation('port', `no definition ${key}`)
}

type Base = {
  readonly random: Random
  readonly trace: Trace
  readonly scheduler: Scheduler
  readonly time: MovableTime
  readonly options: Options
}

async function play(running: Running): Promise<void> {
  const { world, scheduler, time, stage, violation } = running
  const { options, nodes, random } = world
  const startable = stage.definitions.filter(({ program }) =>
    program.nodes.some((node) => node.type === 'process' && node.starts.length > 0),
  )
  for (const node of nodes) node.start()
  const actors = [
    startInstances(
      world,
      startable.map((definition) => definition.key),
    ),
    work(world, 'worker1'),
    work(world, 'worker2'),
    doUserTasks(world),
    publish(world),
    operate(world),
  ]
  for (const actor of actors) spawn(world, actor)
  startChaos(world, time)
  const stopped = (): boolean => violation() !== undefined || running.phase === 'over'
  await scheduler.run(stopped, scheduler.now() + options.chaosMs)
  if (violation() !== undefined) return
  running.phase = 'healed'
  heal(world)
  const helper = helpWaiting(world, stage, random.fork('help'))
  spawn(world, repeatUntil(scheduler, world.isOver, 2_000, helper))
  const lookForRest = (): unknown => {
    const settle = (isOver: boolean): void => {
      if (isOver) running.phase = 'over'
      else scheduler.plan(500, 'rest', lookForRest)
    }
    const rest = isAtRest(world, stage)
    return rest instanceof Promise ? rest.then(settle) : settle(rest)
  }
  scheduler.plan(500, 'rest', lookForRest)
  for (let round = 0, before = -1; round < mostPatience && !stopped(); round++) {
    if (world.checker.commits === before) break
    before = world.checker.commits
    await scheduler.run(stopped, scheduler.now() + patienceMs)
  }
  if (violation() !== undefined) return
  if (world.isOver()) await checkEnd(world, stage)
  else running.report(new Violation('I18', describeStuck(world, stage)))
}

export async function simulate(seed: number, runOptions: RunOptions = {}): Promise<RunResult> {
  const { defects = {}, families = 'all' } = runOptions
  const random = createRandom(seed)
  const trace = createTrace()
  const options = drawOptions(seed, random.fork('options'))
  const scheduler = createScheduler(random.fork('scheduler'), trace, startOfTime)
  const time = createMovableTime(scheduler)
  const programs = drawPrograms(random.fork('programs'), options.programs, families)
  const stage =
    runOptions.stage === undefined
      ? stageModel(defects, programs, startOfTime)
      : await runOptions.stage(programs, startOfTime)
  const running = assemble(seed, stage, { random, trace, scheduler, time, options }, defects)
  try {
    await play(running)
  } catch (error) {
    running.report(
      error instanceof Violation
        ? error
        : new Violation('defect', String(error instanceof Error ? error.stack : error)),
    )
  }
  running.phase = 'over'
  const { checker, acknowledged } = running.world
  return {
    options,
    violation: running.violation(),
    hash: trace.hash,
    tail: trace.tail(60),
    steps: scheduler.steps,
    commits: checker.commits,
    acknowledged,
    coverage: running.coverage,
    checker,
  }
}

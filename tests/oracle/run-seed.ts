/** One seed: random processes, a random path through them, and everything that must hold after every command. */

import { deserializeState, serializeState } from '@braid/core/engine/serialize.ts'
import type { Program } from '@braid/core/model/program.ts'
import { createRandom, hashText, type Random } from '../simulation/random.ts'
import { checkCommit } from '../support/check-commit.ts'
import { type Commit, type Engine, EngineDriver } from '../support/engine-driver.ts'
import { Trace } from '../support/trace.ts'
import { generateProgram } from './grammar/generate-program.ts'
import { createOracle } from './oracle.ts'
import { type Path, push, step } from './path.ts'

export type SeedOptions = {
  readonly seed: number
  /** Steps before everything is pushed to its end. */
  readonly steps: number
  readonly programs: number
  readonly blocks: number
  /** Operators suspend, modify and migrate instances. */
  readonly operated: boolean
}

export type SeedRun = {
  readonly options: SeedOptions
  readonly programs: readonly Program[]
  readonly steps: number
  readonly commits: number
  readonly events: number
  /** Of all events; only when a trace is asked for. */
  readonly hash: number
  readonly failure?: Error
  /** What happened, in words; only when it is asked for. */
  readonly trace?: string
}

export type RunOptions = {
  readonly engine?: Engine
  /** The engine runs another program than the one that the oracle knows. */
  readonly serve?: (program: Program) => Program
  readonly traced?: boolean
  /** Of the oracle alone, without the checks of states and rows. */
  readonly onlyOracle?: boolean
}

const startOfTime = Date.UTC(2025, 0, 1)
const maxPushes = 3_000

function drawOptions(seed: number, random: Random): SeedOptions {
  return {
    seed,
    steps: random.between(5, 60),
    programs: random.between(1, 2),
    blocks: random.between(1, 4),
    operated: random.chance(0.2),
  }
}

function drawPrograms(random: Random, { programs: count, blocks }: SeedOptions): readonly Program[] {
  const programs: Program[] = []
  for (let index = 0; index < count; index++) {
    const processId = `p${index + 1}`
    const callable = programs.map((program) => program.processId)
    const isStarted = index > 0 && random.chance(0.2)
    programs.push(
      generateProgram(random.fork(processId), {
        processId,
        blocks: index + 1 === count ? blocks : 1,
        callable,
        start: isStarted ? 'message' : 'none',
        families: 'all',
      }),
    )
  }
  return programs
}

/** The processes of a seed. */
export function programsOf(seed: number): readonly Program[] {
  const random = createRandom(seed)
  return drawPrograms(random.fork('programs'), drawOptions(seed, random.fork('options')))
}

export function runSeed(seed: number, runOptions: RunOptions = {}): SeedRun {
  const random = createRandom(seed)
  const options = drawOptions(seed, random.fork('options'))
  const programs = drawPrograms(random.fork('programs'), options)
  const oracle = createOracle()
  const trace = runOptions.traced === true ? new Trace() : undefined
  let [commits, steps, events, hash] = [0, 0, 0, 0]
  const known = new Map(programs.map((program) => [program.processId, program]))
  const onCommit = (commit: Commit): void => {
    commits += 1
    trace?.commit(commit)
    const { instance, command, at } = commit
    events += commit.events.length
    const program = known.get(instance.state.processId) as Program
    if (trace !== undefined) hash = hashText(JSON.stringify(commit.events), hash)
    oracle.taken({ instanceKey: instance.state.key, program, command, at, events: commit.events })
    if (runOptions.onlyOracle === true) return
    const { state } = instance
    checkCommit(commit, driver.tables, { skipsLog: state.status === 'active' && commits % 16 > 0 })
    // As after a restart: what is not stored is not there.
    instance.state = deserializeState(serializeState(state))
  }
  const driver: EngineDriver = new EngineDriver({
    now: startOfTime,
    ...(runOptions.engine === undefined ? {} : { engine: runOptions.engine }),
    onCommit,
    onRefusal: (refusal) => oracle.refused(refusal),
  })
  const path: Path = { driver, programs, random: random.fork('path'), operated: options.operated, past: [] }
  const result = (failure?: Error): SeedRun => ({
    options,
    programs,
    steps,
    commits,
    events,
    hash,
    ...(failure === undefined ? {} : { failure }),
    ...(trace === undefined ? {} : { trace: trace.toString() }),
  })
  try {
    driver.deploy(programs.map(runOptions.serve ?? ((program) => program)))
    driver.create('p1')
    for (; steps < options.steps; steps++) step(path)
    const pushed = push(path, maxPushes)
    if (pushed === undefined) return result(new Error('it never ends'))
    steps += pushed
    return result()
  } catch (error) {
    return result(error instanceof Error ? error : new Error(String(error)))
  }
}

/**
 * The execution under simulated faults. `BRAID_SIMULATION_SEEDS` sets how many seeds are drawn,
 * `BRAID_SIMULATION_SEED` runs one, `BRAID_SIMULATION_FAMILIES=plain` makes processes of the plain blocks alone.
 */
import { afterAll, describe, expect, it } from 'vitest'
import type { Families } from '../oracle/grammar/writing.ts'
import { describeRun } from './describe-run.ts'
import { regressions } from './regressions.ts'
import { type RunResult, simulate } from './simulate.ts'

const seeds = Number(process.env.BRAID_SIMULATION_SEEDS ?? 3_000)
const only = process.env.BRAID_SIMULATION_SEED
const drawn: Families = process.env.BRAID_SIMULATION_FAMILIES === 'plain' ? 'plain' : 'all'
const parts = 10
/** Far more than a part takes on a slow machine. */
const partTimeoutMs = 600_000

const totals = { runs: 0, steps: 0, commits: 0, instances: 0, starts: 0, completions: 0 }
const coverage = new Map<string, number>()

function count(result: RunResult): void {
  totals.runs += 1
  totals.steps += result.steps
  totals.commits += result.commits
  totals.instances += result.checker.instances.size
  totals.starts += result.acknowledged.starts
  totals.completions += result.acknowledged.completions
  for (const [point, times] of result.coverage) coverage.set(point, (coverage.get(point) ?? 0) + times)
}

async function runClean(seed: number, families: Families = drawn): Promise<void> {
  const result = await simulate(seed, { families })
  count(result)
  if (result.violation !== undefined) expect.fail(describeRun(result))
}

describe.runIf(only !== undefined)('one seed', () => {
  it(`${only} keeps every promise`, () => runClean(Number(only)), partTimeoutMs)
})

describe.runIf(only === undefined)('execution under faults', () => {
  it.each(regressions)('keeps every promise where once $found (seed $seed)', ({ seed }) =>
    runClean(seed, 'plain'),
  )

  it.each([1, 2, 3, 5, 8, 13])('does the same when seed %i is run again', async (seed) => {
    const [first, second] = [await simulate(seed), await simulate(seed)]
    expect(second.hash).toBe(first.hash)
    expect(second.steps).toBe(first.steps)
  })

  const size = Math.ceil(seeds / parts)
  it.each(Array.from({ length: parts }, (_, part) => ({ from: part * size + 1, to: (part + 1) * size })))(
    'keeps every promise for seeds $from to $to',
    async ({ from, to }) => {
      for (let seed = from; seed <= Math.min(to, seeds); seed++) await runClean(seed)
    },
    partTimeoutMs,
  )

  it.runIf(seeds >= 3_000)('met every kind of fault at the calls that change something', () => {
    const met = (method: string, fate: string): number => coverage.get(`${method} ${fate}`) ?? 0
    const fates = ['failBefore', 'failAfter', 'stall', 'crashBefore', 'crashAfter']
    const calls = [
      'commit',
      'publish',
      'claimJobs',
      'claimTimers',
      'heartbeat',
      'allocateKeys',
      'rescheduleStartTimer',
      'extendLeases',
      'expireMessages',
    ]
    expect(
      calls.flatMap((call) => fates.filter((fate) => met(call, fate) === 0).map((fate) => `${call} ${fate}`)),
    ).toEqual([])
    // Too seldom in the drawn worlds to meet every kind; `removeNode` comes a minute after the faults have ended.
    expect(fates.some((fate) => met('removeOutbox', fate) > 0)).toBe(true)
    for (const fate of [...fates, 'failLate']) expect(met('commit', fate)).toBeGreaterThan(50)
  })

  afterAll(() => {
    const faults = [...coverage].filter(([point]) => !point.endsWith(' done'))
    const injected = faults.reduce((sum, [, times]) => sum + times, 0)
    const numbers = Object.entries({ ...totals, faults: injected, 'fault points': faults.length })
    process.stdout.write(`simulation: ${numbers.map(([name, value]) => `${value} ${name}`).join(', ')}\n`)
  })
})

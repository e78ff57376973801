/**
 * The engine held against a reference interpreter, on random processes of all elements and random paths through them.
 * `BRAID_ORACLE_STEPS` sets how many steps are done, `BRAID_ORACLE_SEED` runs one seed.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { describeRun } from './describe-run.ts'
import { regressions } from './regressions.ts'
import { runSeed } from './run-seed.ts'

const steps = Number(process.env.BRAID_ORACLE_STEPS ?? 100_000)
const only = process.env.BRAID_ORACLE_SEED
const stepsOfPart = 50_000
/** More than a part needs. */
const seedsOfPart = 5_000
/** Far more than a part takes on a slow machine. */
const partTimeoutMs = 600_000

const totals = { seeds: 0, steps: 0, commits: 0, events: 0 }

/** Gives the steps done; what fails is told with all that is needed to see why. */
function runClean(seed: number): number {
  const run = runSeed(seed)
  if (run.failure !== undefined) expect.fail(describeRun(runSeed(seed, { traced: true })))
  totals.seeds += 1
  totals.steps += run.steps
  totals.commits += run.commits
  totals.events += run.events
  return run.steps
}

describe.runIf(only !== undefined)('one seed', () => {
  it(`${only} does what the standard says`, () => {
    runClean(Number(only))
  })
})

describe.runIf(only === undefined)('on random paths through processes of all elements', () => {
  it.each(regressions)('does what the standard says where once $found (seed $seed)', ({ seed }) => {
    runClean(seed)
  })

  it.each([1, 2, 3, 5, 8, 13])('does the same when seed %i is run again', (seed) => {
    const [first, second] = [runSeed(seed, { traced: true }), runSeed(seed, { traced: true })]
    expect(second.hash).toBe(first.hash)
    expect(second.trace).toBe(first.trace)
  })

  const parts = Array.from({ length: Math.ceil(steps / stepsOfPart) }, (_, part) => part * seedsOfPart + 1)
  it.each(parts)(
    'does what the standard says, and every path ends (seeds from %i)',
    (from) => {
      let left = stepsOfPart
      for (let seed = from; left > 0 && seed < from + seedsOfPart; seed++) left -= runClean(seed)
      expect(left).toBeLessThanOrEqual(0)
    },
    partTimeoutMs,
  )

  afterAll(() => {
    const numbers = Object.entries(totals).map(([name, value]) => `${value} ${name}`)
    process.stdout.write(`oracle: ${numbers.join(', ')}\n`)
  })
})

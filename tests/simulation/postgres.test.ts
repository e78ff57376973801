/** Some seeds on PostgreSQL: the promises hold there too, and it does what the model of the store does. */
import { describe, expect, it } from 'vitest'
import type { Families } from '../oracle/grammar/writing.ts'
import { createTestDatabase } from '../support/database.ts'
import { describeRun } from './describe-run.ts'
import { createPostgresStage } from './postgres-stage.ts'
import { type RunResult, simulate } from './simulate.ts'

const seedsTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1)

async function simulateOnPostgres(seed: number, families: Families): Promise<RunResult> {
  const database = await createTestDatabase()
  const { stage, close } = createPostgresStage(database.url)
  try {
    return await simulate(seed, { stage, families })
  } finally {
    await close()
    await database.drop()
  }
}

/** What became of every instance. */
const outcomes = ({ checker }: RunResult): readonly unknown[] =>
  [...checker.instances]
    .sort(([one], [other]) => one - other)
    .map(([key, { processId, version, state }]) => ({ key, processId, version, status: state.status }))

describe('execution under faults on PostgreSQL', () => {
  it.each(seedsTo(30))(
    'keeps every promise for seed %i of all blocks',
    async (seed) => {
      const real = await simulateOnPostgres(seed, 'all')
      if (real.violation !== undefined) expect.fail(describeRun(real))
    },
    60_000,
  )

  // Of jobs that have become available at once, as those of parallel runs do, PostgreSQL may give out any first.
  it.each(seedsTo(60))(
    'keeps every promise for seed %i of the plain blocks and does what the model does',
    async (seed) => {
      const real = await simulateOnPostgres(seed, 'plain')
      if (real.violation !== undefined) expect.fail(describeRun(real))
      const model = await simulate(seed, { families: 'plain' })
      expect(outcomes(real)).toEqual(outcomes(model))
      expect(real.hash).toBe(model.hash)
    },
    60_000,
  )
})

/** Some seeds on PostgreSQL: the promises hold there too, and it does what the model of the store does. */
import { describe, expect, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { describeRun } from './describe-run.ts'
import { createPostgresStage } from './postgres-stage.ts'
import { type RunResult, simulate } from './simulate.ts'

const seeds = Array.from({ length: 60 }, (_, index) => index + 1)

async function simulateOnPostgres(seed: number): Promise<RunResult> {
  const database = await createTestDatabase()
  const { stage, close } = createPostgresStage(database.url)
  try {
    return await simulate(seed, { stage })
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
  it.each(seeds)(
    'keeps every promise for seed %i and does what the model does',
    async (seed) => {
      const real = await simulateOnPostgres(seed)
      if (real.violation !== undefined) expect.fail(describeRun(real))
      const model = await simulate(seed)
      expect(outcomes(real)).toEqual(outcomes(model))
      expect(real.hash).toBe(model.hash)
    },
    60_000,
  )
})

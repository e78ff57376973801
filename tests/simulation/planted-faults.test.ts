/** The harness itself is tested: whatever is broken on purpose must be found. */
import { describe, expect, it } from 'vitest'
import { describeRun } from './describe-run.ts'
import { plantedFaults } from './planted-faults.ts'
import { simulate } from './simulate.ts'

describe('the simulation finds it when', () => {
  it.each(plantedFaults)(
    '$name',
    async ({ defects, within, breaks, families = 'plain' }) => {
      for (let seed = 1; seed <= within; seed++) {
        const result = await simulate(seed, { defects, families })
        if (result.violation === undefined) continue
        expect(breaks, describeRun(result)).toContain(result.violation.invariant)
        return
      }
      expect.fail(`nothing was found within ${within} seeds`)
    },
    120_000,
  )
})

/** The oracle itself is tested: whatever is broken in the engine on purpose must be found. */
import { describe, expect, it } from 'vitest'
import { mutants } from './mutants.ts'
import { runSeed } from './run-seed.ts'

describe('the oracle finds it when', () => {
  it.each(mutants)(
    '$name',
    ({ run, within }) => {
      for (let seed = 1; seed <= within; seed++) {
        if (runSeed(seed, { ...run, onlyOracle: true }).failure === undefined) continue
        // It is the fault that was found.
        expect(runSeed(seed, { onlyOracle: true }).failure).toBeUndefined()
        return
      }
      expect.fail(`nothing was found within ${within} seeds`)
    },
    120_000,
  )
})

import { expect, test } from 'vitest'
import { findSuite, readCases, recordedScore, report } from '../suite.ts'
import { runCase, type SimulationCase } from './run-case.ts'

const folder = findSuite('token-simulation')

test.skipIf(folder === undefined)(
  'token-simulation: the score is not lower than the recorded one',
  async () => {
    const path = folder ?? ''
    const results = await Promise.all(readCases<SimulationCase>(path).map((test) => runCase(path, test)))
    const score = report('token-simulation', results)
    const recorded = recordedScore('token-simulation', score)
    expect(score.passed).toBeGreaterThanOrEqual(recorded?.passed ?? 0)
  },
)

import { expect, test } from 'vitest'
import { findSuite, readCases, recordedScore, report } from '../suite.ts'
import { type BetsyProcess, runProcess } from './run-case.ts'

const folder = findSuite('betsy')

test.skipIf(folder === undefined)('betsy: the score is not lower than the recorded one', async () => {
  const path = folder ?? ''
  const results = await Promise.all(readCases<BetsyProcess>(path).map((process) => runProcess(path, process)))
  const score = report('betsy', results.flat())
  const recorded = recordedScore('betsy', score)
  expect(score.passed).toBeGreaterThanOrEqual(recorded?.passed ?? 0)
})

import { expect, test } from 'vitest'
import { findSuite, recordedScore, report } from '../suite.ts'
import { readFiles } from './cases.ts'
import { runFile } from './run-case.ts'

const folder = findSuite('dmn-tck', 'compliance-level-2')

test.skipIf(folder === undefined)('dmn-tck: the score is not lower than the recorded one', () => {
  const score = report('dmn-tck', readFiles(folder ?? '').flatMap(runFile))
  const recorded = recordedScore('dmn-tck', score)
  expect(score.passed).toBeGreaterThanOrEqual(recorded?.passed ?? 0)
})

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findSuite, recordedScore, report } from '../suite.ts'
import { readFiles } from './cases.ts'
import { csvOf, publish, readPage, resultsPath, tableOf, withTable } from './published.ts'
import { runFile } from './run-case.ts'

const folder = findSuite('dmn-tck', 'compliance-level-2')

describe.skipIf(folder === undefined)('dmn-tck', () => {
  const results = folder === undefined ? [] : readFiles(folder).flatMap(runFile)
  const score = report('dmn-tck', results)
  const recorded = recordedScore('dmn-tck', score)

  test('the score is not lower than the recorded one', () => {
    expect(score.passed).toBeGreaterThanOrEqual(recorded?.passed ?? 0)
  })

  // Other cases than the recorded ones say nothing about what is published.
  test.skipIf(recorded === undefined)('the published results are those of this run', () => {
    if (process.env.BRAID_CONFORMANCE_PUBLISH === '1') publish(results)
    expect(readFileSync(resultsPath, 'utf8')).toBe(csvOf(results))
    expect(readPage()).toBe(withTable(readPage(), tableOf(results)))
  })
})

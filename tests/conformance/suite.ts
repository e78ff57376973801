/** Finding the cases of a suite, and saying how many pass. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export type CaseResult = {
  readonly name: string
  readonly outcome: 'passed' | 'failed'
  readonly reason?: string
}

export type Score = { readonly passed: number; readonly of: number }

const repository = resolve(import.meta.dirname, '../..')
const folder = resolve(repository, process.env.BRAID_CONFORMANCE_DIR ?? '../shared/conformance')

/** The folder of a suite, known by a file in it; `undefined`, after saying so, when the cases are not there. */
export function findSuite(suite: string, file = 'cases.json'): string | undefined {
  const path = join(folder, suite)
  if (existsSync(join(path, file))) return path
  console.warn(
    `\n*** CONFORMANCE SKIPPED: no cases of ${suite} at ${path}; set BRAID_CONFORMANCE_DIR to their folder. ***\n`,
  )
  return undefined
}

export const readCases = <C>(path: string): readonly C[] =>
  JSON.parse(readFileSync(join(path, 'cases.json'), 'utf8')) as readonly C[]

/** A defect that a case brings to light fails that case, not the suite. */
export async function orFailure(name: string, run: () => Promise<CaseResult>): Promise<CaseResult> {
  try {
    return await run()
  } catch (error) {
    return {
      name,
      outcome: 'failed',
      reason: `threw ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}

/** One line per case that did not pass, then the score. */
export function report(suite: string, results: readonly CaseResult[]): Score {
  const lines = results
    .filter(({ outcome }) => outcome !== 'passed')
    .map(
      ({ name, outcome, reason = '' }) => `${suite}: ${outcome}: ${name}: ${reason.replaceAll(/\s+/g, ' ')}`,
    )
  const passed = results.length - lines.length
  console.log([...lines, `${suite}: score ${passed} of ${results.length}`].join('\n'))
  return { passed, of: results.length }
}

/** The score that must not fall; `undefined` when other cases were run than those it was recorded for. */
export function recordedScore(suite: string, { of }: Score): Score | undefined {
  const path = join(import.meta.dirname, 'scores.json')
  const scores = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Score>
  return scores[suite]?.of === of ? scores[suite] : undefined
}

/** Reads the JSON report of vitest. */

/**
 * Counts of a report: a file that could not even be loaded counts as one failure, so does an error outside of tests
 * (vitest then exits with a code although nothing failed), and so does a missing report.
 */
export function countResults(report, exitCode) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
  const found = report.numFailedTests + brokenFiles
  return {
    passed: report.numPassedTests,
    failed: found === 0 && exitCode !== 0 ? 1 : found,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** Files of which no test ran although they have some, as paths below `root`. */
export function filesThatDidNotRun(report, root) {
  return (report?.testResults ?? [])
    .filter((file) => file.assertionResults.length > 0)
    .filter((file) =>
      file.assertionResults.every((test) => test.status !== 'passed' && test.status !== 'failed'),
    )
    .map((file) => file.name.replace(`${root}/`, ''))
}

/** The last line of a run: `N passed, N failed`, and `, N skipped` when there are any. */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

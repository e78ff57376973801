/**
 * `npm test [-- <files>]`: installs what is missing, runs the tests, and says at the end what could not run here;
 * with CI=true that fails the run. The last line is always `N passed, N failed[, N skipped]`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildWeb } from './parts/build-web.mjs'
import { install } from './parts/install.mjs'
import { bundledNode, fromRoot, root } from './parts/paths.mjs'
import { main } from './parts/progress.mjs'
import { runVisibly } from './parts/run.mjs'
import { bubblewrap, chromium, gvisor, provide, redis, ruby } from './parts/system-program.mjs'
import { countResults, filesThatDidNotRun, summaryLine } from './parts/test-report.mjs'

await main(async () => {
  try {
    return await test(process.argv.slice(2))
  } catch (error) {
    process.stdout.write(`${error.message}\n\n${summaryLine({ passed: 0, failed: 1, skipped: 0 })}\n`)
    return 1
  }
})

async function test(files) {
  await install()
  // The browser tests look at the built app.
  if (files.length === 0 || files.some((file) => file.includes('e2e'))) await buildWeb()
  const missing = files.length === 0 ? await missingParts() : []
  const { exitCode, report } = await runVitest(files)
  const counts = countResults(report, exitCode)
  const unrun = filesThatDidNotRun(report, root)
  showWhatDidNotRun(missing, unrun)
  const strict = process.env.CI === 'true' && missing.length > 0
  const failed = counts.failed + (strict ? missing.length : 0)
  process.stdout.write(`\n${summaryLine({ ...counts, failed })}\n`)
  return failed > 0 ? 1 : 0
}

async function missingParts() {
  const missing = []
  for (const [program, tests] of [
    [chromium, 'browser tests (tests/e2e)'],
    [bubblewrap, 'sandbox tests (runner/src/isolation/sandbox)'],
    [gvisor, 'gVisor (runner/src/isolation/gvisor)'],
    [ruby, 'scripts in Ruby (runner/src/isolation/sandbox)'],
    [redis, 'tests of rate limits that nodes count together'],
  ]) {
    const reason = await provide(program)
    if (reason !== undefined) missing.push(`${tests}: ${reason}`)
  }
  return missing
}

async function runVitest(files) {
  const folder = mkdtempSync(join(tmpdir(), 'braid-test-report-'))
  const output = join(folder, 'report.json')
  try {
    const vitest = fromRoot('node_modules', 'vitest', 'vitest.mjs')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`]
    const exitCode = await runVisibly(bundledNode, [vitest, 'run', ...reporters, ...files])
    return { exitCode, report: readReport(output) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

function showWhatDidNotRun(missing, unrun) {
  if (missing.length + unrun.length === 0) return
  const bar = '!'.repeat(80)
  const lines = [
    ...missing.map((part) => `NOT RUN: ${part}`),
    ...unrun.map((file) => `NOT RUN: every test of ${file} was skipped`),
  ]
  process.stdout.write(`\n${bar}\n${lines.join('\n')}\n${bar}\n`)
}

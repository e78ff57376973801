/** Runs one case: starts the process, does its jobs, moves the clock while something waits for it. */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { compileBpmn } from '@braid/core/definition/bpmn/compile.ts'
import type { Finding } from '@braid/core/definition/bpmn/finding.ts'
import type { Program } from '@braid/core/model/program.ts'
import { EngineDriver } from '../../support/engine-driver.ts'
import { isSameMultiset } from '../multiset.ts'
import { type CaseResult, orFailure } from '../suite.ts'
import { adaptConditions } from './adapt.ts'
import { Worker } from './worker.ts'

export type BetsyProcess = { readonly file: string; readonly cases: readonly BetsyCase[] }
export type BetsyCase = {
  readonly input: string | null
  readonly integerVariable: number
  readonly parallelProcess: boolean
  readonly traces: readonly string[]
}

/** No case needs more of the clock. */
const longestMs = 60_000
/** Jobs of one case; more means that it goes round in circles. */
const maxJobs = 1_000

type Run = { readonly markers: readonly string[]; readonly notes: readonly string[] }

function start(driver: EngineDriver, processId: string, test: BetsyCase): void {
  const { input, integerVariable } = test
  driver.create(processId, { test: input, integerVariable })
}

function work(driver: EngineDriver, worker: Worker): void {
  for (let jobs = 0; jobs < maxJobs; ) {
    if (worker.work()) {
      jobs += 1
      continue
    }
    const next = Math.min(driver.nextDue() ?? longestMs + 1, worker.nextDone() ?? longestMs + 1)
    if (next > longestMs) return
    driver.advanceTo(next)
  }
}

/** How the instances ended badly, as markers, with the reasons for people. */
function troubles(driver: EngineDriver): Run {
  const incidents = [...driver.tables.incidents.values()]
  const uncaught = [...driver.instances.values()]
    .flatMap(({ log }) => log)
    .filter((event) => event.type === 'error-uncaught')
  return {
    markers: [
      ...(incidents.length > 0 ? ['ERROR_runtime'] : []),
      ...(uncaught.length > 0 ? ['ERROR_thrownErrorEvent'] : []),
    ],
    notes: [
      ...incidents.map(({ element, message }) => `incident at ${element}: ${message}`),
      ...uncaught.map(({ code }) => `uncaught error ${code}`),
    ],
  }
}

function execute(programs: readonly Program[], mainId: string, test: BetsyCase): Run {
  const driver = new EngineDriver()
  driver.deploy(programs)
  const worker = new Worker(driver)
  if (test.parallelProcess) {
    for (const { processId } of programs) if (processId !== mainId) start(driver, processId, test)
    for (let jobs = 0; jobs < maxJobs && worker.work(); jobs += 1);
  }
  start(driver, mainId, test)
  work(driver, worker)
  const { markers, notes } = troubles(driver)
  return { markers: [...worker.markers, ...markers], notes }
}

/** Something that is only not supported was not found to be wrong. */
function refused(findings: readonly Finding[]): Run {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const notes = errors.map(({ code, message }) => `deployment refused ${code}: ${message}`)
  const unsupported = errors.every(({ code }) => code === 'UNSUPPORTED_ELEMENT')
  return { markers: unsupported ? [] : ['ERROR'], notes: notes.slice(0, 2) }
}

/** `ERROR` stands for a refusal or an incident; the other markers say what happened exactly. */
function matches(markers: readonly string[], expected: readonly string[]): boolean {
  if (!expected.includes('ERROR')) return isSameMultiset(markers, expected)
  return isSameMultiset(
    markers.map((marker) => (marker === 'ERROR_runtime' ? 'ERROR' : marker)),
    expected,
  )
}

/** The process that is named as its file, or the first one. */
function mainOf(programs: readonly Program[], file: string): string {
  const named = programs.find(({ processId }) => processId === basename(file, '.bpmn'))
  return (named ?? programs[0])?.processId ?? ''
}

async function runCase(path: string, file: string, test: BetsyCase, name: string): Promise<CaseResult> {
  const compiled = await compileBpmn(adaptConditions(readFileSync(path, 'utf8')))
  const { markers, notes } = compiled.ok
    ? execute(compiled.value.programs, mainOf(compiled.value.programs, file), test)
    : refused(compiled.error)
  // What was not run has no markers, which is not the same as running without any.
  const answered = compiled.ok || markers.length > 0
  if (answered && matches(markers, test.traces)) return { name, outcome: 'passed' }
  const came = `expected [${test.traces.toSorted()}], got [${markers.toSorted()}]`
  return { name, outcome: 'failed', reason: [came, ...notes].join('; ') }
}

export function runProcess(folder: string, { file, cases }: BetsyProcess): Promise<readonly CaseResult[]> {
  return Promise.all(
    cases.map((test) => {
      const name = `${file} input=${test.input} integerVariable=${test.integerVariable}`
      return orFailure(name, () => runCase(join(folder, file), file, test, name))
    }),
  )
}

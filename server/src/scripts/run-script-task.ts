/**
 * Does script tasks of processes and DAGs: jobs whose headers carry the language and the source. All variables at the
 * task are the script's input; an object that it gives as its result becomes variables, another value the variable
 * that the header `resultVariable` names, or `result`.
 */
import { scriptLanguages } from '@braid/contract/script.ts'
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import type { Outcome, OutputChunk, Runner } from '@braid/runner/runner.ts'
import { type ActivatedJob, type Execution, IncidentError, type JobHandler } from '../execution/execution.ts'
import type { ScriptLimits } from './script-limits.ts'
import { storeOutput } from './script-output.ts'
import type { Slots } from './slots.ts'

export type ScriptTaskDependencies = {
  readonly execution: Pick<Execution, 'writeOutput'>
  readonly runner: Pick<Runner, 'run'>
  readonly slots: Slots
  readonly limits: ScriptLimits
}

const defaultTimeoutMs = 60_000
const maxTimeoutMs = 600_000
/** What an error says of what the script wrote. */
const maxErrorLength = 1_000

/** As other engines and people write them. */
const otherNames: Readonly<Record<string, string>> = {
  py: 'python',
  python3: 'python',
  js: 'javascript',
  node: 'javascript',
  ecmascript: 'javascript',
  ts: 'typescript',
  sh: 'bash',
  shell: 'bash',
  rb: 'ruby',
  golang: 'go',
}

export function scriptTaskHandler({ execution, runner, slots, limits }: ScriptTaskDependencies): JobHandler {
  return (job, { signal }) =>
    slots.use(async () => {
      const { language, version } = languageOf(job)
      const { instanceKey, elementInstanceKey: taskKey, element, attempt } = job
      const keep = storeOutput((entries) =>
        execution.writeOutput({ instanceKey, taskKey, element, attempt }, entries),
      )
      let complaint = ''
      const onOutput = (chunks: readonly OutputChunk[]) => {
        for (const { stream, text } of chunks) {
          if (stream === 'stderr') complaint = `${complaint}${text}`.slice(-maxErrorLength)
        }
        return keep(chunks)
      }
      const outcome = await runner.run(
        {
          id: `${job.key}-${attempt}`,
          language,
          ...(version === undefined ? {} : { version }),
          source: job.headers.script ?? '',
          input: job.variables,
          limits: { ...limits, wallMs: timeoutOf(job) },
          signal,
        },
        onOutput,
      )
      return variablesOf(job, outcome, complaint.trim())
    })
}

/** `python`, or with a version `python 3.12`. */
function languageOf({ headers }: ActivatedJob): { readonly language: string; readonly version?: string } {
  const [name = '', version] = (headers.scriptFormat ?? '')
    .trim()
    .toLowerCase()
    .split(/[\s:@]+/)
  const plain = name.replace(/^(text|application)\/(x-)?/, '')
  const language = otherNames[plain] ?? plain
  if (!scriptLanguages.some((known) => known === language)) {
    throw new IncidentError(
      'JOB_NO_RETRIES',
      `expected the language of the script to be one of ${scriptLanguages.join(', ')}, but it is ${JSON.stringify(headers.scriptFormat ?? '')}`,
    )
  }
  return { language, ...(version === undefined ? {} : { version }) }
}

function timeoutOf({ headers: { timeoutMs } }: ActivatedJob): number {
  if (timeoutMs === undefined) return defaultTimeoutMs
  const asked = Number(timeoutMs)
  if (Number.isInteger(asked) && asked >= 100 && asked <= maxTimeoutMs) return asked
  throw new IncidentError(
    'JOB_NO_RETRIES',
    `expected timeoutMs to be a whole number from 100 to ${maxTimeoutMs}, but it is ${JSON.stringify(timeoutMs)}`,
  )
}

function variablesOf({ headers }: ActivatedJob, outcome: Outcome, complaint: string): JsonObject {
  if (outcome.kind !== 'completed') throw new Error(wordsOf(outcome))
  if (outcome.exitCode !== 0) {
    throw new Error(`the script ended with ${outcome.exitCode}${complaint === '' ? '' : `: ${complaint}`}`)
  }
  const { result } = outcome
  if (result === undefined) return {}
  if (!result.ok) throw new Error(`the result of the script can't be taken: ${result.error}`)
  const { resultVariable } = headers
  const isVariables = resultVariable === undefined && isObject(result.value)
  return isVariables ? (result.value as JsonObject) : { [resultVariable ?? 'result']: result.value }
}

const isObject = (value: JsonValue): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function wordsOf(outcome: Exclude<Outcome, { kind: 'completed' }>): string {
  switch (outcome.kind) {
    case 'timed-out':
      return `the script took longer than it may, ${outcome.usage.wallMs} ms`
    case 'out-of-memory':
      return 'the script needed more memory than it may have'
    case 'cancelled':
      return 'the script was canceled'
    case 'runner-failed':
      return `the script could not be run: ${outcome.message}`
  }
}

/**
 * Does script tasks of processes and script nodes of DAGs: jobs whose headers carry the language and the source. The
 * script's input is the variable that the header `inputVariable` names, else all variables at the task. Its result
 * becomes the variable that `resultVariable` names, null when it gives none; without that header, an object becomes
 * variables and another value the variable `result`.
 */
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import {
  maxScriptLength,
  maxScriptTimeoutMs,
  minScriptTimeoutMs,
  scriptLanguages,
} from '@braid/core/model/script.ts'
import type { Outcome, OutputChunk, Runner } from '@braid/runner/runner.ts'
import { attemptAmong, backoffAfter, defaultBackoffMs, numberHeader } from '../execution/backoff.ts'
import {
  type ActivatedJob,
  type Execution,
  IncidentError,
  JobFailure,
  type JobHandler,
} from '../execution/execution.ts'
import type { ScriptLimits } from './script-limits.ts'
import { storeOutput } from './script-output.ts'
import type { Slots } from './slots.ts'

export { scriptJobType } from '@braid/core/model/script.ts'

export type ScriptTaskDependencies = {
  readonly execution: Pick<Execution, 'writeOutput'>
  readonly runner: Pick<Runner, 'run'>
  readonly slots: Slots
  readonly limits: ScriptLimits
}

const defaultTimeoutMs = 60_000
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
  pl: 'perl',
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
          source: sourceOf(job),
          input: inputOf(job),
          limits: { ...limits, wallMs: timeoutOf(job) },
          signal,
        },
        onOutput,
      )
      // What is stored holds no NUL and no half of a character.
      const words = complaint.replaceAll('\0', '\uFFFD').toWellFormed().trim()
      const given = resultOf(outcome, words)
      if (!given.ok) throw failureOf(job, given.error)
      return variablesOf(job, given.value)
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

function sourceOf({ headers: { script = '' } }: ActivatedJob): string {
  const length = [...script].length
  if (length <= maxScriptLength) return script
  throw new IncidentError(
    'JOB_NO_RETRIES',
    `expected a script of at most ${maxScriptLength} characters, but there are ${length}`,
  )
}

function timeoutOf({ headers: { timeoutMs } }: ActivatedJob): number {
  if (timeoutMs === undefined) return defaultTimeoutMs
  const asked = Number(timeoutMs)
  if (Number.isInteger(asked) && asked >= minScriptTimeoutMs && asked <= maxScriptTimeoutMs) return asked
  throw new IncidentError(
    'JOB_NO_RETRIES',
    `expected timeoutMs to be a whole number from ${minScriptTimeoutMs} to ${maxScriptTimeoutMs}, but it is ${JSON.stringify(timeoutMs)}`,
  )
}

function inputOf({ headers: { inputVariable }, variables }: ActivatedJob): JsonObject {
  const input = inputVariable === undefined ? variables : (variables[inputVariable] ?? {})
  if (isObject(input)) return input
  throw new IncidentError(
    'JOB_NO_RETRIES',
    `expected the input of the script to be an object, but it is ${JSON.stringify(input).slice(0, 100)}`,
  )
}

/** What the script gave; undefined: nothing. The error says why it has failed. */
function resultOf(outcome: Outcome, complaint: string): Result<JsonValue | undefined, string> {
  if (outcome.kind !== 'completed') return failure(wordsOf(outcome))
  const { exitCode, result } = outcome
  if (exitCode !== 0) {
    return failure(`the script ended with ${exitCode}${complaint === '' ? '' : `: ${complaint}`}`)
  }
  if (result === undefined) return success(undefined)
  return result.ok ? result : failure(`the result of the script can't be taken: ${result.error}`)
}

function failureOf(job: ActivatedJob, message: string): JobFailure {
  const backoffMs = numberHeader(job, 'backoffMs') ?? defaultBackoffMs
  const attempt = attemptAmong(numberHeader(job, 'attempts') ?? job.retries, job)
  return new JobFailure(message, {
    retries: job.retries - 1,
    // Any number will do that differs among what failed together.
    retryBackOffMs: backoffAfter({ backoffMs, attempt }, (job.key % 997) / 997),
  })
}

function variablesOf(
  { headers: { resultVariable } }: ActivatedJob,
  value: JsonValue | undefined,
): JsonObject {
  if (resultVariable !== undefined) return { [resultVariable]: value ?? null }
  if (value === undefined) return {}
  return isObject(value) ? value : { result: value }
}

const isObject = (value: JsonValue): value is JsonObject =>
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

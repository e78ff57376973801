/** Whether a script node can be run somewhere: its language and length, its input and its time. */
import type { DagScriptNode } from '../../model/dag.ts'
import { isFeel } from '../../model/feel-text.ts'
import {
  maxScriptLength,
  maxScriptTimeoutMs,
  minScriptTimeoutMs,
  scriptLanguages,
  scriptVersionPattern,
} from '../../model/script.ts'
import { expected, type Fault } from './finding.ts'
import { millisecondsOf } from './jobs.ts'

export function checkScript({ script, input = {}, timeout }: DagScriptNode, fault: Fault): void {
  const { language, version, source } = script
  if (!scriptLanguages.includes(language))
    fault(['script', 'language'], expected(`one of ${scriptLanguages.join(', ')}`, language))
  if (version !== undefined && !scriptVersionPattern.test(version))
    fault(['script', 'version'], expected('a version such as 3.12', version))
  if (source.trim() === '') fault(['script', 'source'], 'expected a script, but it is empty')
  const length = [...source].length
  if (length > maxScriptLength)
    fault(['script', 'source'], `expected at most ${maxScriptLength} characters, got ${length}`)
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input)
  if (!isObject && !isFeel(input))
    fault('input', expected('an object, whose fields the script reads, or FEEL that gives one', input))
  const ms = timeout === undefined ? undefined : millisecondsOf(timeout)
  if (ms !== undefined && (ms < minScriptTimeoutMs || ms > maxScriptTimeoutMs))
    fault('timeout', expected(`${minScriptTimeoutMs} ms to ${maxScriptTimeoutMs / 60_000} minutes`, timeout))
}

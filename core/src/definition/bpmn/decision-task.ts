/**
 * Business rule tasks that call a decision: `zeebe:calledDecision`. They are jobs of the reserved type `braid:decision`,
 * each a wait like any other, for the worker inside Braid that evaluates decisions.
 *
 * The contract with that worker. Headers, beside those of the task's own `zeebe:taskHeaders`:
 * - `decisionId`: id of the decision; absent when it is an expression. Its value is then the job's variable
 *   `braidDecisionId`, local to the task, which an input mapping sets before those of the task.
 * - `resultVariable`: name of the variable that the job completes with, `{ [resultVariable]: result }`.
 * - `bindingType`: `latest`, `deployment` (the version stored with this definition) or `versionTag`.
 * - `versionTag`: only with that binding.
 * The decision sees the variables of the task's scope, input mappings included.
 */
import type { Mapping } from '../../model/program.ts'
import { bindingOf } from './binding.ts'
import { describe, extensionOf, textOf } from './element.ts'
import { defaultRetries, headersOf, retriesOf } from './jobs.ts'
import { type BuildNode, boundaryEventsOf } from './node-context.ts'
import { quoted } from './quote.ts'
import { isVariableName } from './variable-path.ts'

export const decisionJobType = 'braid:decision'
/** Local variable with the decision's id when that is an expression. */
export const decisionIdVariable = 'braidDecisionId'

export const buildDecisionTask: BuildNode = (element, parts, context) => {
  const called = extensionOf(element, 'zeebe:CalledDecision')
  const decisionId = textOf(called, 'decisionId')?.trim()
  const resultVariable = textOf(called, 'resultVariable')?.trim()
  if (decisionId === undefined || resultVariable === undefined || !isVariableName(resultVariable)) {
    const came = `got decision ${quoted(decisionId ?? '')} and result variable ${quoted(resultVariable ?? '')}`
    const message = `expected ${describe(element)} to name a decision and a variable for its result, ${came}`
    context.log.error('INVALID_VALUE', element, message)
    return undefined
  }
  const { binding, versionTag } = bindingOf(called, element, context)
  const id = context.expressions.value(decisionId, element, 'decision id')
  const idMapping: readonly Mapping[] = 'feel' in id ? [{ source: id, target: decisionIdVariable }] : []
  const headers = {
    ...headersOf(element),
    ...(!('feel' in id) && { decisionId }),
    resultVariable,
    bindingType: binding,
    ...(versionTag !== undefined && { versionTag }),
  }
  return {
    ...parts,
    inputs: [...idMapping, ...parts.inputs],
    type: 'job-task',
    boundaryEvents: boundaryEventsOf(parts, context),
    job: {
      type: { value: decisionJobType },
      retries: retriesOf(defaultRetries, element, context),
      headers,
    },
  }
}

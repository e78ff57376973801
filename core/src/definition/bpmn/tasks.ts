/** Tasks that wait for work or for a message, or for nothing. */
import type { JobSpec } from '../../model/program.ts'
import { scriptJobType } from '../../model/script.ts'
import { buildDecisionTask } from './decision-task.ts'
import { publishEffect } from './effects.ts'
import { describe, type Element, extensionOf, textOf } from './element.ts'
import { failureOf, headersOf, jobOf, priorityOf } from './jobs.ts'
import { messageOf, refersToMessage } from './messages.ts'
import { type BuildNode, boundaryEventsOf, type NodeContext } from './node-context.ts'
import { quoted } from './quote.ts'
import { isVariablePath } from './variable-path.ts'

export const buildPassTask: BuildNode = (_element, parts, context) => ({
  ...parts,
  type: 'pass-task',
  boundaryEvents: boundaryEventsOf(parts, context),
})

export const buildJobTask: BuildNode = (element, parts, context) => {
  const job = jobOf(element, context)
  return job && { ...parts, type: 'job-task', boundaryEvents: boundaryEventsOf(parts, context), job }
}

export const buildBusinessRuleTask: BuildNode = (element, parts, context) => {
  const build = extensionOf(element, 'zeebe:CalledDecision') === undefined ? buildJobTask : buildDecisionTask
  return build(element, parts, context)
}

export const buildSendTask: BuildNode = (element, parts, context) => {
  if (extensionOf(element, 'zeebe:TaskDefinition') !== undefined || !refersToMessage(element)) {
    return buildJobTask(element, parts, context)
  }
  const effect = publishEffect(element, element, context)
  return effect && { ...parts, type: 'send-task', boundaryEvents: boundaryEventsOf(parts, context), effect }
}

export const buildReceiveTask: BuildNode = (element, parts, context) => {
  const message = messageOf(element, element, context)
  if (message === undefined) return undefined
  const boundaryEvents = boundaryEventsOf(parts, context)
  return { ...parts, type: 'receive-task', boundaryEvents, trigger: { kind: 'message', ...message } }
}

const buildExpressionTask: BuildNode = (element, parts, context) => {
  const script = extensionOf(element, 'zeebe:Script')
  const source = textOf(script, 'expression')
  const resultVariable = textOf(script, 'resultVariable')?.trim()
  if (source === undefined || resultVariable === undefined || !isVariablePath(resultVariable)) {
    const came = `got expression ${quoted(source ?? '')} and result variable ${quoted(resultVariable ?? '')}`
    const message = `expected ${describe(element)} to have an expression and a variable for its result, ${came}`
    context.log.error('INVALID_VALUE', element, message)
    return undefined
  }
  const expression = context.expressions.value(source, element, 'script')
  const boundaryEvents = boundaryEventsOf(parts, context)
  return { ...parts, type: 'expression-task', boundaryEvents, expression, resultVariable }
}

/** A script of the standard (BPMN 2.0 §10.3.3) as a job: the engine itself evaluates only FEEL. */
function scriptJob(element: Element, context: NodeContext): JobSpec | undefined {
  const script = textOf(element, 'script')
  if (script === undefined) return undefined
  // A global script task has its language under another name.
  const scriptFormat = textOf(element, 'scriptFormat') ?? textOf(element, 'scriptLanguage') ?? ''
  const headers = { ...headersOf(element), scriptFormat, script }
  return {
    type: { value: scriptJobType },
    retries: { value: 3 },
    headers,
    ...priorityOf(element, context),
    ...failureOf(element, context),
  }
}

export const buildScriptTask: BuildNode = (element, parts, context) => {
  if (extensionOf(element, 'zeebe:Script') !== undefined) return buildExpressionTask(element, parts, context)
  const job =
    extensionOf(element, 'zeebe:TaskDefinition') === undefined ? scriptJob(element, context) : undefined
  if (job === undefined) return buildJobTask(element, parts, context)
  return { ...parts, type: 'job-task', boundaryEvents: boundaryEventsOf(parts, context), job }
}

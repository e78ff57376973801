/** Call activities: `zeebe:calledElement`, or the standard's `calledElement` attribute, of a process or global task (BPMN 2.0 §10.3.6). */
import type { Expression } from '../../model/program.ts'
import { bindingOf } from './binding.ts'
import { describe, type Element, extensionOf, flagOf, textOf } from './element.ts'
import { type BuildNode, boundaryEventsOf, type NodeContext } from './node-context.ts'
import { withoutOwnPrefix } from './resolve.ts'

function calledProcess(element: Element, context: NodeContext): Expression | undefined {
  const { definitions, expressions, log } = context
  const called = extensionOf(element, 'zeebe:CalledElement')
  const expression = textOf(called, 'processIdExpression')
  if (expression !== undefined) return expressions.condition(expression, element, 'process id')
  const processId = textOf(called, 'processId')
  if (processId !== undefined) return expressions.value(processId, element, 'process id')
  const standard = textOf(element, 'calledElement')
  if (standard === undefined) {
    const message = `expected ${describe(element)} to name a process by zeebe:calledElement, got none`
    log.error('MISSING_CALLED_PROCESS', element, message)
    return undefined
  }
  return { value: withoutOwnPrefix(definitions, standard) }
}

export const buildCallActivity: BuildNode = (element, parts, context) => {
  const processId = calledProcess(element, context)
  const called = extensionOf(element, 'zeebe:CalledElement')
  if (textOf(called, 'businessId') !== undefined) {
    const message = `${describe(element)} sets a business id, which is not supported`
    context.log.error('UNSUPPORTED_ELEMENT', element, message)
  }
  if (processId === undefined) return undefined
  const call = {
    processId,
    ...bindingOf(called, element, context),
    propagateAllChildVariables: flagOf(called, 'propagateAllChildVariables') ?? true,
    propagateAllParentVariables: flagOf(called, 'propagateAllParentVariables') ?? true,
  }
  return { ...parts, type: 'call-activity', boundaryEvents: boundaryEventsOf(parts, context), call }
}

/** Embedded, event and ad-hoc sub-processes, and transactions (BPMN 2.0 §10.3.5). */
import { describe, type Element, elementOf, extensionOf, flagOf, textOf } from './element.ts'
import { type BuildNode, boundaryEventsOf, type NodeContext } from './node-context.ts'
import { quoted } from './quote.ts'
import { isEventSubProcess, type Scope } from './scopes.ts'
import { startsOf } from './starts.ts'

export const buildSubProcess: BuildNode = (element, parts, context) => {
  const scope = context.tree.scopes.get(parts.id)
  if (scope === undefined) return undefined
  const starts = startsOf(scope, context)
  if (isEventSubProcess(element)) return { ...parts, ...starts, type: 'event-sub-process' }
  return { ...parts, ...starts, type: 'sub-process', boundaryEvents: boundaryEventsOf(parts, context) }
}

/** The standard's other methods undo by other means than compensation, which nothing here knows. */
function checkMethod(element: Element, { log }: NodeContext): void {
  const method = textOf(element, 'method')
  if (method === undefined || /^(?:##)?compensate$/i.test(method)) return
  const message = `${describe(element)} has the method ${quoted(method)}, which is not supported; expected ##Compensate`
  log.error('UNSUPPORTED_ELEMENT', element, message)
}

export const buildTransaction: BuildNode = (element, parts, context) => {
  checkMethod(element, context)
  const node = buildSubProcess(element, parts, context)
  return node?.type === 'sub-process' ? { ...node, transaction: true } : node
}

/** BPMN 2.0 §10.3.5: the activities themselves are what starts and ends. */
function checkAdHoc({ nodes }: Scope, { log }: NodeContext): void {
  for (const { element } of nodes) {
    if (element.$type !== 'bpmn:StartEvent' && element.$type !== 'bpmn:EndEvent') continue
    const message = `expected no start or end events in an ad-hoc sub-process, got ${describe(element)}`
    log.error('AD_HOC_EVENT', element, message)
  }
}

export const buildAdHocSubProcess: BuildNode = (element, parts, context) => {
  const scope = context.tree.scopes.get(parts.id)
  if (scope === undefined) return undefined
  checkAdHoc(scope, context)
  const { expressions, log } = context
  const zeebe = extensionOf(element, 'zeebe:AdHoc')
  if (textOf(zeebe, 'outputCollection') !== undefined || textOf(zeebe, 'outputElement') !== undefined) {
    log.error('UNSUPPORTED_ELEMENT', element, `${describe(element)} collects outputs, which is not supported`)
  }
  const active = textOf(zeebe, 'activeElementsCollection')
  const completion = textOf(elementOf(element, 'completionCondition'), 'body')
  return {
    ...parts,
    ...startsOf(scope, context),
    type: 'ad-hoc-sub-process',
    boundaryEvents: boundaryEventsOf(parts, context),
    sequential: textOf(element, 'ordering') === 'Sequential',
    ...(active !== undefined && {
      activeElements: expressions.condition(active, element, 'collection of active elements'),
    }),
    ...(completion !== undefined && {
      completionCondition: expressions.condition(completion, element, 'completion condition'),
    }),
    cancelRemaining: flagOf(element, 'cancelRemainingInstances') !== false,
  }
}

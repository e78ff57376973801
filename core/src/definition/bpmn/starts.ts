/** Where tokens begin in a scope (BPMN 2.0 §10.5.2, §13.2.1). */
import type { ElementId, ProcessNode } from '../../model/program.ts'
import { describe, flagOf, isActivity } from './element.ts'
import { definitionsOf, hasDefinition } from './event-definitions.ts'
import type { NodeContext } from './node-context.ts'
import { isEventSubProcess, isInstantiating, type Placed, type Scope } from './scopes.ts'

export type ScopeStarts = Pick<ProcessNode, 'starts' | 'triggeredStarts' | 'eventSubProcesses'>

/** Nodes that something else than a flow brings to life. */
const startsByItself = ({ element }: Placed): boolean =>
  isEventSubProcess(element) ||
  element.$type === 'bpmn:BoundaryEvent' ||
  hasDefinition(element, 'bpmn:LinkEventDefinition') ||
  flagOf(element, 'isForCompensation') === true

const idsOf = (nodes: readonly Placed[]): readonly ElementId[] => nodes.map(({ id }) => id)

const isStartEvent = ({ element }: Placed): boolean => element.$type === 'bpmn:StartEvent'

/** No flow leads to it, so it begins with its scope. */
const beginsWithScope = (node: Placed, { flows }: Pick<NodeContext, 'flows'>): boolean =>
  flows.incomingOf(node.id).length === 0 && !startsByItself(node) && !isInstantiating(node.element)

const isUnledActivity = (node: Placed, context: Pick<NodeContext, 'flows'>): boolean =>
  isActivity(node.element) && beginsWithScope(node, context)

/**
 * Start events without trigger, and activities that no flow leads to (§10.3.1); without anything that is made for starting,
 * all nodes that no flow leads to.
 */
export function startsOf(scope: Scope, context: Pick<NodeContext, 'flows'>): ScopeStarts {
  const events = scope.nodes.filter(isStartEvent)
  const triggered = events.filter(({ element }) => definitionsOf(element).length > 0)
  const isImplicit = events.length === 0 && !scope.nodes.some(({ element }) => isInstantiating(element))
  const starts = scope.nodes.filter((node) => {
    if (isStartEvent(node)) return !triggered.includes(node)
    return isImplicit ? beginsWithScope(node, context) : isUnledActivity(node, context)
  })
  return {
    starts: idsOf(starts),
    triggeredStarts: idsOf(triggered),
    eventSubProcesses: idsOf(scope.nodes.filter(({ element }) => isEventSubProcess(element))),
  }
}

/** Each start event of one waits for something; one for compensation is not started in any other way. */
function checkEventSubProcess(scope: Scope, { log }: NodeContext): void {
  const events = scope.nodes.filter(isStartEvent)
  const forCompensation = events.filter(({ element }) =>
    hasDefinition(element, 'bpmn:CompensateEventDefinition'),
  )
  const expected = `expected event ${describe(scope.element)} to have`
  if (events.length === 0) {
    const message = `${expected} a start event that waits for something, got none`
    log.error('EVENT_SUB_PROCESS_START', scope.element, message)
  } else if (events.length > 1 && forCompensation.length > 0) {
    const message = `${expected} no other start event beside the one for compensation, got ${events.length}`
    log.error('EVENT_SUB_PROCESS_START', scope.element, message)
  }
}

/** Often a line that somebody forgot to draw. */
function warnOfUnledActivities(scope: Scope, context: NodeContext): void {
  for (const node of scope.nodes) {
    if (!isUnledActivity(node, context)) continue
    const message = `no flow leads to ${describe(node.element)}, so it begins together with ${describe(scope.element)}`
    context.log.warning('BEGINS_WITHOUT_FLOW', node.element, message)
  }
}

/** Refuses scopes in which nothing could begin. */
export function checkStarts(scope: Scope, starts: ScopeStarts, context: NodeContext): void {
  const { element, nodes } = scope
  const { log } = context
  if (nodes.some(isStartEvent)) warnOfUnledActivities(scope, context)
  if (isEventSubProcess(element)) checkEventSubProcess(scope, context)
  else if (nodes.length === 0 && element.$type === 'bpmn:Process') {
    log.error('EMPTY_PROCESS', element, `expected ${describe(element)} to have flow nodes, got none`)
  } else if (nodes.length === 0) {
    log.warning('EMPTY_SUB_PROCESS', element, `${describe(element)} has no flow nodes; it completes at once`)
  } else if (
    starts.starts.length === 0 &&
    starts.triggeredStarts.length === 0 &&
    !nodes.some((node) => isInstantiating(node.element))
  ) {
    const message = `expected ${describe(element)} to have a start event or a node without incoming flow, got none`
    log.error('NO_START', element, message)
  }
}

/** Where tokens begin in a scope (BPMN 2.0 §10.5.2, §13.2.1). */
import type { ElementId, ProcessNode } from '../../model/program.ts'
import { describe, flagOf } from './element.ts'
import { definitionsOf } from './event-definitions.ts'
import type { NodeContext } from './node-context.ts'
import { isEventSubProcess, type Placed, type Scope } from './scopes.ts'

export type ScopeStarts = Pick<ProcessNode, 'starts' | 'triggeredStarts' | 'eventSubProcesses'>

/** Nodes that something else than a flow brings to life. */
const startsByItself = ({ element }: Placed): boolean =>
  isEventSubProcess(element) ||
  element.$type === 'bpmn:BoundaryEvent' ||
  definitionsOf(element).some((definition) => definition.$type === 'bpmn:LinkEventDefinition') ||
  flagOf(element, 'isForCompensation') === true

const idsOf = (nodes: readonly Placed[]): readonly ElementId[] => nodes.map(({ id }) => id)

/** Without any start event, everything without incoming flow starts. */
export function startsOf(scope: Scope, { flows }: Pick<NodeContext, 'flows'>): ScopeStarts {
  const events = scope.nodes.filter(({ element }) => element.$type === 'bpmn:StartEvent')
  const triggered = events.filter(({ element }) => definitionsOf(element).length > 0)
  const implicit = scope.nodes.filter(
    (node) => flows.incomingOf(node.id).length === 0 && !startsByItself(node),
  )
  return {
    starts: idsOf(events.length === 0 ? implicit : events.filter((event) => !triggered.includes(event))),
    triggeredStarts: idsOf(triggered),
    eventSubProcesses: idsOf(scope.nodes.filter(({ element }) => isEventSubProcess(element))),
  }
}

function checkEventSubProcess(scope: Scope, { log }: NodeContext): void {
  const events = scope.nodes.filter(({ element }) => element.$type === 'bpmn:StartEvent')
  if (events.length === 1) return
  const what = describe(scope.element)
  if (events.length > 1) {
    log.error(
      'UNSUPPORTED_ELEMENT',
      scope.element,
      `event ${what} has several start events, which is not supported`,
    )
  } else {
    const message = `expected event ${what} to have one start event that waits for something, got none`
    log.error('EVENT_SUB_PROCESS_START', scope.element, message)
  }
}

/** Refuses scopes in which nothing could begin. */
export function checkStarts(scope: Scope, starts: ScopeStarts, context: NodeContext): void {
  const { element, nodes } = scope
  const { log } = context
  if (isEventSubProcess(element)) checkEventSubProcess(scope, context)
  else if (nodes.length === 0 && element.$type === 'bpmn:Process') {
    log.error('EMPTY_PROCESS', element, `expected ${describe(element)} to have flow nodes, got none`)
  } else if (nodes.length === 0) {
    log.warning('EMPTY_SUB_PROCESS', element, `${describe(element)} has no flow nodes; it completes at once`)
  } else if (starts.starts.length === 0 && starts.triggeredStarts.length === 0) {
    const message = `expected ${describe(element)} to have a start event or a node without incoming flow, got none`
    log.error('NO_START', element, message)
  }
}

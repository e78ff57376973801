/** The seventh pass: each flow element becomes a node of its kind, or a finding. */
import type { Node } from '../../model/program.ts'
import { asActivity } from './activities.ts'
import { buildCallActivity } from './call-activity.ts'
import { describe, elementOf, localNameOf, textOf } from './element.ts'
import { definitionsOf } from './event-definitions.ts'
import * as events from './events.ts'
import { checkExtensions } from './extensions.ts'
import * as gateways from './gateways.ts'
import { executionListenersOf } from './listeners.ts'
import { mappingsOf } from './mappings.ts'
import type { BuildNode, NodeContext, NodeParts } from './node-context.ts'
import type { Placed } from './scopes.ts'
import * as subProcesses from './sub-process.ts'
import * as tasks from './tasks.ts'
import { buildUserTask } from './user-task.ts'

/** Everything that Braid executes. What is not here is refused. */
const builders: ReadonlyMap<string, BuildNode> = new Map([
  ['bpmn:Task', tasks.buildPassTask],
  ['bpmn:ManualTask', tasks.buildPassTask],
  ['bpmn:ServiceTask', tasks.buildJobTask],
  ['bpmn:BusinessRuleTask', tasks.buildBusinessRuleTask],
  ['bpmn:ScriptTask', tasks.buildScriptTask],
  ['bpmn:SendTask', tasks.buildSendTask],
  ['bpmn:ReceiveTask', tasks.buildReceiveTask],
  ['bpmn:UserTask', buildUserTask],
  ['bpmn:GlobalTask', tasks.buildPassTask],
  ['bpmn:GlobalManualTask', tasks.buildPassTask],
  ['bpmn:GlobalScriptTask', tasks.buildScriptTask],
  ['bpmn:GlobalBusinessRuleTask', tasks.buildBusinessRuleTask],
  ['bpmn:GlobalUserTask', buildUserTask],
  ['bpmn:CallActivity', buildCallActivity],
  ['bpmn:SubProcess', subProcesses.buildSubProcess],
  ['bpmn:Transaction', subProcesses.buildTransaction],
  ['bpmn:AdHocSubProcess', subProcesses.buildAdHocSubProcess],
  ['bpmn:ExclusiveGateway', gateways.buildExclusiveGateway],
  ['bpmn:ParallelGateway', gateways.buildParallelGateway],
  ['bpmn:InclusiveGateway', gateways.buildInclusiveGateway],
  ['bpmn:ComplexGateway', gateways.buildComplexGateway],
  ['bpmn:EventBasedGateway', gateways.buildEventGateway],
  ['bpmn:StartEvent', events.buildStartEvent],
  ['bpmn:IntermediateCatchEvent', events.buildCatchEvent],
  ['bpmn:BoundaryEvent', events.buildBoundaryEvent],
  ['bpmn:IntermediateThrowEvent', events.buildThrowEvent],
  ['bpmn:EndEvent', events.buildEndEvent],
])

function defaultFlowOf({ element, id }: Placed, { flows, log }: NodeContext): string | undefined {
  const flow = textOf(elementOf(element, 'default'), 'id')
  if (flow === undefined || flows.outgoingOf(id).includes(flow)) return flow
  const message = `expected the default flow of ${describe(element)} to leave it, got "${flow}"`
  log.error('INVALID_DEFAULT_FLOW', element, message)
  return undefined
}

function partsOf(placed: Placed, context: NodeContext): NodeParts {
  const { element, id, scope } = placed
  const name = textOf(element, 'name')
  const defaultFlow = defaultFlowOf(placed, context)
  return {
    id,
    ...(name !== undefined && { name }),
    sourceType: localNameOf(element),
    scope,
    incoming: context.flows.incomingOf(id),
    outgoing: context.flows.outgoingOf(id),
    ...(defaultFlow !== undefined && { defaultFlow }),
    ...mappingsOf(element, context),
    ...executionListenersOf(element, context),
  }
}

/** Nodes in document order, without those that were refused. */
export function compileNodes(context: NodeContext): readonly Node[] {
  const nodes: Node[] = []
  for (const placed of context.tree.nodes.values()) {
    const { element } = placed
    const build = builders.get(element.$type)
    if (build === undefined) {
      context.log.error(
        'UNSUPPORTED_ELEMENT',
        element,
        `${describe(element)} (${element.$type}) is not supported`,
      )
      continue
    }
    checkExtensions(element, context.log)
    for (const definition of definitionsOf(element)) checkExtensions(definition, context.log)
    const node = build(element, partsOf(placed, context), context)
    if (node !== undefined) nodes.push(asActivity(node, element, context))
  }
  return nodes
}

/** The seventh pass: each flow element becomes a node of its kind, or a finding. */
import type { Node } from '../../model/program.ts'
import { buildCallActivity } from './call-activity.ts'
import { describe, type Element, elementOf, localNameOf, textOf } from './element.ts'
import { definitionsOf } from './event-definitions.ts'
import * as events from './events.ts'
import { checkExtensions } from './extensions.ts'
import type { FindingLog } from './finding.ts'
import * as gateways from './gateways.ts'
import { mappingsOf } from './mappings.ts'
import type { BuildNode, NodeContext, NodeParts } from './node-context.ts'
import type { Placed } from './scopes.ts'
import { buildSubProcess } from './sub-process.ts'
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
  ['bpmn:CallActivity', buildCallActivity],
  ['bpmn:SubProcess', buildSubProcess],
  ['bpmn:ExclusiveGateway', gateways.buildExclusiveGateway],
  ['bpmn:ParallelGateway', gateways.buildParallelGateway],
  ['bpmn:InclusiveGateway', gateways.buildInclusiveGateway],
  ['bpmn:EventBasedGateway', gateways.buildEventGateway],
  ['bpmn:StartEvent', events.buildStartEvent],
  ['bpmn:IntermediateCatchEvent', events.buildCatchEvent],
  ['bpmn:BoundaryEvent', events.buildBoundaryEvent],
  ['bpmn:IntermediateThrowEvent', events.buildThrowEvent],
  ['bpmn:EndEvent', events.buildEndEvent],
])

/** Attributes of activities that change how often or when they run, and the value that changes nothing. */
const neutralValues: readonly (readonly [property: string, neutral: unknown])[] = [
  ['isForCompensation', false],
  ['startQuantity', 1],
  ['completionQuantity', 1],
]

function checkActivity(element: Element, log: FindingLog): void {
  for (const [property, neutral] of neutralValues) {
    const value = element[property]
    if (value === undefined || value === neutral) continue
    const message = `${describe(element)} has ${property}="${String(value)}", which is not supported`
    log.error('UNSUPPORTED_ELEMENT', element, message)
  }
  const loop = elementOf(element, 'loopCharacteristics')
  if (loop === undefined) return
  const kind = loop.$type === 'bpmn:MultiInstanceLoopCharacteristics' ? 'is multi-instance' : 'is a loop'
  log.error('UNSUPPORTED_ELEMENT', element, `${describe(element)} ${kind}, which is not supported`)
}

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
    checkActivity(element, context.log)
    checkExtensions(element, context.log)
    for (const definition of definitionsOf(element)) checkExtensions(definition, context.log)
    const node = build(element, partsOf(placed, context), context)
    if (node !== undefined) nodes.push(node)
  }
  return nodes
}

/** The sixth pass: sequence flows, and links as flows of the compiler's own. */
import type { ElementId, Flow, FlowId } from '../../model/program.ts'
import { describe, type Element, elementOf, isActivity, textOf } from './element.ts'
import { definitionsOf, hasDefinition } from './event-definitions.ts'
import type { ExpressionReader } from './expressions.ts'
import type { FindingLog } from './finding.ts'
import { quoted } from './quote.ts'
import {
  isCompensationHandler,
  isEventSubProcess,
  isInstantiating,
  type Placed,
  type ProcessTree,
} from './scopes.ts'

export type Flows = {
  readonly all: readonly Flow[]
  incomingOf(id: ElementId): readonly FlowId[]
  outgoingOf(id: ElementId): readonly FlowId[]
}

const isLink = (element: Element): boolean => hasDefinition(element, 'bpmn:LinkEventDefinition')

/** Why an element can't be the target of a flow (BPMN 2.0 §10.5, tables of incoming and outgoing flows). */
function refusesIncoming(element: Element, source: Element): boolean {
  if (element.$type === 'bpmn:StartEvent' || element.$type === 'bpmn:BoundaryEvent') return true
  if (isEventSubProcess(element) || isCompensationHandler(element)) return true
  // Only behind a gateway that starts instances is a receive task that does so not the first thing to happen.
  if (isInstantiating(element)) return !isInstantiating(source)
  return element.$type === 'bpmn:IntermediateCatchEvent' && isLink(element)
}

function refusesOutgoing(element: Element): boolean {
  if (element.$type === 'bpmn:EndEvent') return true
  if (element.$type === 'bpmn:BoundaryEvent') return hasDefinition(element, 'bpmn:CompensateEventDefinition')
  if (isEventSubProcess(element) || isCompensationHandler(element)) return true
  return element.$type === 'bpmn:IntermediateThrowEvent' && isLink(element)
}

const decidingGateways: ReadonlySet<string> = new Set([
  'bpmn:ExclusiveGateway',
  'bpmn:InclusiveGateway',
  'bpmn:ComplexGateway',
])

/** Conditions mean something behind activities and deciding gateways only (BPMN 2.0 §8.4.13). */
const takesConditions = (element: Element): boolean =>
  decidingGateways.has(element.$type) || isActivity(element)

type FlowContext = {
  readonly tree: ProcessTree
  readonly log: FindingLog
  readonly expressions: ExpressionReader
  /** Elements whose broken references were reported already. */
  readonly dangling: ReadonlySet<Element>
}

/** The nodes that a flow joins, when it may join them. */
function endsOf(flow: Element, context: FlowContext): { source: Placed; target: Placed } | undefined {
  const { tree, log, dangling } = context
  const source = tree.nodes.get(textOf(elementOf(flow, 'sourceRef'), 'id') ?? '')
  const target = tree.nodes.get(textOf(elementOf(flow, 'targetRef'), 'id') ?? '')
  if (source === undefined || target === undefined) {
    if (dangling.has(flow)) return undefined
    const [attribute, end] = source === undefined ? ['sourceRef', 'source'] : ['targetRef', 'target']
    const wrong = elementOf(flow, attribute ?? '')
    const came = wrong === undefined ? 'none' : describe(wrong)
    log.error('FLOW_WITHOUT_END', flow, `expected a flow node of the same process as ${end}, got ${came}`)
    return undefined
  }
  if (source.scope !== target.scope) {
    const message = `expected both ends in one scope, got ${describe(source.element)} in ${quoted(source.scope)} and ${describe(target.element)} in ${quoted(target.scope)}`
    log.error('FLOW_CROSSES_SCOPE', flow, message)
    return undefined
  }
  if (refusesOutgoing(source.element)) {
    log.error('FLOW_NOT_OFFERED', flow, `expected no sequence flow out of ${describe(source.element)}`)
  }
  if (refusesIncoming(target.element, source.element)) {
    log.error('FLOW_NOT_ACCEPTED', flow, `expected no sequence flow into ${describe(target.element)}`)
  }
  return { source, target }
}

/** The condition's text, unless the standard gives it no meaning there. */
function conditionTextOf(flow: Element, source: Element, log: FindingLog): string | undefined {
  const text = textOf(elementOf(flow, 'conditionExpression'), 'body')
  if (text === undefined) return undefined
  const ignore = (why: string): undefined => {
    log.warning('IGNORED_CONDITION', flow, `the condition of ${describe(flow)} is ignored: ${why}`)
  }
  if (!takesConditions(source)) return ignore(`flows out of ${describe(source)} have none`)
  if (elementOf(source, 'default') === flow) return ignore('it is the default flow')
  return text
}

function sequenceFlow(flow: Element, context: FlowContext): Flow | undefined {
  const ends = endsOf(flow, context)
  const id = textOf(flow, 'id')
  if (ends === undefined || id === undefined) return undefined
  const name = textOf(flow, 'name')
  const text = conditionTextOf(flow, ends.source.element, context.log)
  return {
    id,
    ...(name !== undefined && { name }),
    source: ends.source.id,
    target: ends.target.id,
    ...(text !== undefined && { condition: context.expressions.condition(text, flow, 'condition') }),
  }
}

/** The link's name, which some tools only write as the event's; links without any name meet each other. */
function linkNameOf(event: Element, log: FindingLog): string {
  const name = textOf(definitionsOf(event)[0], 'name') ?? textOf(event, 'name')
  if (name === undefined) {
    log.warning(
      'MISSING_LINK_NAME',
      event,
      `${describe(event)} does not name its link: it joins others without name`,
    )
  }
  return name ?? ''
}

/** Link events by name within each scope (BPMN 2.0 §10.5.4): a pair is a flow that nobody drew. */
function linkFlows({ tree, log }: FlowContext): readonly Flow[] {
  const flows: Flow[] = []
  for (const scope of tree.scopes.values()) {
    const links = scope.nodes
      .filter(({ element }) => isLink(element))
      .map(({ element, id }) => ({ element, id, name: linkNameOf(element, log) }))
    const catches = new Map<string, ElementId>()
    for (const { element, id, name } of links) {
      if (element.$type !== 'bpmn:IntermediateCatchEvent') continue
      if (!catches.has(name)) catches.set(name, id)
      else
        log.error(
          'AMBIGUOUS_LINK',
          element,
          `expected one catching link ${quoted(name)} in a scope, got another`,
        )
    }
    for (const { element, id, name } of links) {
      if (element.$type !== 'bpmn:IntermediateThrowEvent') continue
      const target = catches.get(name)
      if (target !== undefined) flows.push({ id: `link:${id}:${target}`, source: id, target })
      else
        log.error(
          'LINK_WITHOUT_TARGET',
          element,
          `expected a catching link ${quoted(name)} in the same scope, got none`,
        )
    }
  }
  return flows
}

function groupIds(
  flows: readonly Flow[],
  end: 'source' | 'target',
): ReadonlyMap<ElementId, readonly FlowId[]> {
  const groups = new Map<ElementId, FlowId[]>()
  for (const flow of flows) {
    const group = groups.get(flow[end])
    if (group === undefined) groups.set(flow[end], [flow.id])
    else group.push(flow.id)
  }
  return groups
}

export function compileFlows(context: FlowContext): Flows {
  const drawn = context.tree.sequenceFlows.map((flow) => sequenceFlow(flow, context))
  const all = [...drawn.filter((flow) => flow !== undefined), ...linkFlows(context)]
  const incoming = groupIds(all, 'target')
  const outgoing = groupIds(all, 'source')
  return { all, incomingOf: (id) => incoming.get(id) ?? [], outgoingOf: (id) => outgoing.get(id) ?? [] }
}

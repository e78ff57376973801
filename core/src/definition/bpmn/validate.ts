/** The eighth pass: rules about how nodes stand to each other. */
import type {
  BoundaryEventNode,
  ElementId,
  Flow,
  Node,
  StartEventNode,
  Trigger,
} from '../../model/program.ts'
import { kindInWords } from './element.ts'
import type { FindingLog } from './finding.ts'
import { quoted } from './quote.ts'
import { partsOfTrigger } from './triggers.ts'

export type Graph = {
  /** Every node but the process itself, in document order. */
  readonly nodes: readonly Node[]
  readonly flows: readonly Flow[]
}

/** As `describe` names elements. */
export const nameOf = (node: Node): string =>
  `${kindInWords(node.sourceType)} ${quoted(node.name ?? node.id)}`

/** A gateway that decides needs a reason for each way (BPMN 2.0 §10.6.2, §10.6.3). */
function checkConditions(node: Node, flowsById: ReadonlyMap<string, Flow>, log: FindingLog): void {
  if (node.type !== 'exclusive-gateway' && node.type !== 'inclusive-gateway') return
  if (node.outgoing.length < 2) return
  for (const id of node.outgoing) {
    if (id === node.defaultFlow || flowsById.get(id)?.condition !== undefined) continue
    const message = `expected every flow out of ${nameOf(node)} to have a condition or to be the default, got neither`
    log.error('MISSING_CONDITION', id, message)
  }
}

function waitsAfterGateway(node: Node): boolean {
  if (node.type === 'receive-task') return true
  if (node.type !== 'catch-event' || node.trigger.kind === 'none') return false
  return node.trigger.kind !== 'multiple' || !node.trigger.parallel
}

/** An event-based gateway decides by what its successors wait for (BPMN 2.0 §10.6.6). */
function checkEventGateway(
  node: Node,
  nodesById: ReadonlyMap<ElementId, Node>,
  flowsById: ReadonlyMap<string, Flow>,
  log: FindingLog,
): void {
  if (node.type !== 'event-based-gateway') return
  const expected = `expected ${nameOf(node)} to lead to events or receive tasks that nothing else leads to`
  if (node.outgoing.length === 0) log.error('EVENT_GATEWAY_SUCCESSOR', node.id, `${expected}, got nothing`)
  for (const id of node.outgoing) {
    const targetId = flowsById.get(id)?.target ?? ''
    const target = nodesById.get(targetId)
    // A target that could not be built has its own finding.
    if (target === undefined) continue
    if (!waitsAfterGateway(target)) {
      log.error('EVENT_GATEWAY_SUCCESSOR', targetId, `${expected}, got ${nameOf(target)}`)
    } else if (target.incoming.length > 1) {
      const message = `${expected}, got ${nameOf(target)} with ${target.incoming.length} incoming flows`
      log.error('EVENT_GATEWAY_SUCCESSOR', targetId, message)
    }
  }
}

/** What a trigger catches; without `text`, everything of its kind. */
type Catch = { readonly kind: Trigger['kind']; readonly text?: string }

/** Of what happens inside, which one event catches. */
function errorCatchOf(trigger: Trigger): Catch | undefined {
  if (trigger.kind === 'compensation' || trigger.kind === 'cancel') return { kind: trigger.kind }
  if (trigger.kind !== 'error' && trigger.kind !== 'escalation') return undefined
  return { kind: trigger.kind, ...(trigger.code !== undefined && { text: trigger.code }) }
}

function messageCatchOf(trigger: Trigger): Catch | undefined {
  if (trigger.kind !== 'message' || !('value' in trigger.name)) return undefined
  return { kind: trigger.kind, text: String(trigger.name.value) }
}

type CatchAt = { readonly node: Node; readonly place: ElementId; readonly caught: Catch | undefined }

/** Reports the second of two events that would catch the same thing at one place. */
function checkDuplicates(events: readonly CatchAt[], log: FindingLog): void {
  const seen = new Set<string>()
  for (const { node, place, caught } of events) {
    if (caught === undefined) continue
    const { kind, text } = caught
    const key = JSON.stringify([place, kind, text])
    if (seen.has(key)) {
      const what = text === undefined ? `every ${kind}` : `${kind} ${quoted(text)}`
      const message = `expected one event at ${quoted(place)} to catch ${what}, got ${nameOf(node)} too`
      // Models tell events without code apart by name, which the standard does not.
      if (text === undefined && (kind === 'error' || kind === 'escalation'))
        log.warning('DUPLICATE_CATCH', node.id, message)
      else log.error('DUPLICATE_CATCH', node.id, message)
    }
    seen.add(key)
  }
}

const catchesOf = (
  node: StartEventNode | BoundaryEventNode,
  place: ElementId,
  catchOf: (trigger: Trigger) => Catch | undefined,
): readonly CatchAt[] =>
  partsOfTrigger(node.trigger).map((trigger) => ({ node, place, caught: catchOf(trigger) }))

const isBoundary = (node: Node): node is BoundaryEventNode => node.type === 'boundary-event'

function checkCatches({ nodes }: Graph, nodesById: ReadonlyMap<ElementId, Node>, log: FindingLog): void {
  const atHosts = nodes.filter(isBoundary).flatMap((node) => catchesOf(node, node.attachedTo, errorCatchOf))
  // Event sub-processes of one scope compete; so do the start events of the process.
  const atScopes = nodes
    .filter((node) => node.type === 'start-event')
    .flatMap((node) => {
      const scope = nodesById.get(node.scope ?? '')
      return scope?.type === 'event-sub-process'
        ? catchesOf(node, scope.scope ?? '', errorCatchOf)
        : catchesOf(node, node.scope ?? '', messageCatchOf)
    })
  checkDuplicates(atHosts, log)
  checkDuplicates(atScopes, log)
}

export function validate(graph: Graph, log: FindingLog): void {
  const nodesById = new Map(graph.nodes.map((node) => [node.id, node]))
  const flowsById = new Map(graph.flows.map((flow) => [flow.id, flow]))
  for (const node of graph.nodes) {
    checkConditions(node, flowsById, log)
    checkEventGateway(node, nodesById, flowsById, log)
  }
  checkCatches(graph, nodesById, log)
}

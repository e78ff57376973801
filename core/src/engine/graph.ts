/** A Program made ready to run: references instead of ids. Built once per definition and shared. */
import type {
  BoundaryEventNode,
  ElementId,
  EventSubProcessNode,
  Flow,
  Node,
  Program,
  StartEventNode,
  Trigger,
} from '../model/program.ts'

export type GraphFlow = {
  readonly id: string
  readonly flow: Flow
  readonly target: GraphNode
  readonly source: GraphNode
}

export type GraphNode<N extends Node = Node> = {
  readonly def: N
  readonly id: ElementId
  readonly incoming: readonly GraphFlow[]
  readonly outgoing: readonly GraphFlow[]
  readonly defaultFlow: GraphFlow | undefined
  /** True when a flow out of it has a condition or it has a default flow. */
  readonly conditional: boolean
  /** True when it waits for tokens on several incoming flows. */
  readonly joins: boolean
  readonly boundaryEvents: readonly GraphNode<BoundaryEventNode>[]
  readonly eventSubProcesses: readonly EventSubProcess[]
  /** Boundary and event sub-process start events that wait while an instance of this node lives. */
  readonly listeners: readonly TriggeredNode[]
}

/** An event that waits for something. */
export type TriggeredNode = GraphNode<Node & { readonly trigger: Trigger }>

export type EventSubProcess = {
  readonly node: GraphNode<EventSubProcessNode>
  readonly start: GraphNode<StartEventNode>
}

export type Graph = {
  readonly program: Program
  readonly root: GraphNode
  readonly nodes: ReadonlyMap<ElementId, GraphNode>
}

type Building = { -readonly [K in keyof GraphNode]: GraphNode[K] } & {
  incoming: GraphFlow[]
  outgoing: GraphFlow[]
  boundaryEvents: GraphNode<BoundaryEventNode>[]
  eventSubProcesses: EventSubProcess[]
  listeners: TriggeredNode[]
}

export function nodeOf(graph: Graph, id: ElementId): GraphNode {
  const node = graph.nodes.get(id)
  if (node === undefined) throw new Error(`process ${graph.program.processId} has no element ${id}`)
  return node
}

function linkEventSubProcess(
  node: GraphNode,
  nodes: ReadonlyMap<ElementId, GraphNode>,
): EventSubProcess | undefined {
  if (node.def.type !== 'event-sub-process') return undefined
  const start = nodes.get(node.def.triggeredStarts[0] ?? '')
  if (start?.def.type !== 'start-event') throw new Error(`event sub-process ${node.id} has no start event`)
  return { node: node as GraphNode<EventSubProcessNode>, start: start as GraphNode<StartEventNode> }
}

/** Resolves every reference of a compiled Program. Throws when the Program is not consistent (a compiler defect). */
export function linkProgram(program: Program): Graph {
  const nodes = new Map<ElementId, Building>()
  for (const def of program.nodes) {
    const joins =
      (def.type === 'parallel-gateway' || def.type === 'inclusive-gateway') && def.incoming.length > 1
    nodes.set(def.id, {
      def,
      id: def.id,
      incoming: [],
      outgoing: [],
      defaultFlow: undefined,
      conditional: false,
      joins,
      boundaryEvents: [],
      eventSubProcesses: [],
      listeners: [],
    })
  }
  const need = (id: ElementId): Building => {
    const node = nodes.get(id)
    if (node === undefined)
      throw new Error(`process ${program.processId} refers to element ${id}, which it lacks`)
    return node
  }
  for (const flow of program.flows) {
    const [source, target] = [need(flow.source), need(flow.target)]
    const linked: GraphFlow = { id: flow.id, flow, source, target }
    source.outgoing.push(linked)
    target.incoming.push(linked)
    if (flow.condition !== undefined || source.def.defaultFlow === flow.id) source.conditional = true
    if (source.def.defaultFlow === flow.id) source.defaultFlow = linked
  }
  for (const node of nodes.values()) {
    if (node.def.type === 'boundary-event') {
      const host = need(node.def.attachedTo)
      host.boundaryEvents.push(node as GraphNode as GraphNode<BoundaryEventNode>)
      host.listeners.push(node as GraphNode as TriggeredNode)
    }
    const eventSubProcess = linkEventSubProcess(node, nodes)
    if (eventSubProcess === undefined) continue
    const scope = need(node.def.scope ?? '')
    scope.eventSubProcesses.push(eventSubProcess)
    scope.listeners.push(eventSubProcess.start)
  }
  return { program, root: need(program.processId), nodes }
}

/** A Program made ready to run: references instead of ids. Built once per definition and shared. */
import type {
  BoundaryEventNode,
  Effect,
  ElementId,
  EventSubProcessNode,
  Flow,
  Node,
  Program,
  StartEventNode,
  Trigger,
} from '../model/program.ts'
import { workOf } from '../model/work.ts'

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
  /** How it waits for tokens on its incoming flows, when it does. */
  readonly join: Join | undefined
  readonly boundaryEvents: readonly GraphNode<BoundaryEventNode>[]
  readonly eventSubProcesses: readonly EventSubProcess[]
  /** Boundary and event sub-process start events that wait while an instance of this node lives. */
  readonly listeners: readonly TriggeredNode[]
  /** The scope it is drawn in; of a run, its loop. Absent for the process. */
  readonly container: GraphNode | undefined
  /** Of a loop: the node of its runs, which has the same id. */
  readonly run: GraphNode | undefined
  /** Undoes what an instance of this node did. */
  readonly compensation: Compensation | undefined
  /** Of a scope: its inclusive and complex joins, in document order. */
  readonly waitingJoins: readonly GraphNode[]
  /** Tokens that leave along each flow taken. */
  readonly completionQuantity: number
  /** Whether what it throws is for who waits in the same instance, too: then it gives them the time to. */
  readonly throwsSignal: boolean
}

export type Join =
  | { readonly kind: 'parallel' | 'inclusive' | 'complex' }
  /** An activity that takes this many tokens at once. */
  | { readonly kind: 'quantity'; readonly tokens: number }

/** An event sub-process runs inside the scope that it undoes, a handler beside; with both, the handler is last. */
export type Compensation = {
  readonly handler?: GraphNode
  readonly eventSubProcess?: EventSubProcess
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
  /** Whether any node says which variables are its own. */
  readonly hasLocals: boolean
}

type Building = { -readonly [K in keyof GraphNode]: GraphNode[K] } & {
  incoming: GraphFlow[]
  outgoing: GraphFlow[]
  boundaryEvents: GraphNode<BoundaryEventNode>[]
  eventSubProcesses: EventSubProcess[]
  listeners: TriggeredNode[]
  waitingJoins: GraphNode[]
}

export function nodeOf(graph: Graph, id: ElementId): GraphNode {
  const node = graph.nodes.get(id)
  if (node === undefined) throw new Error(`process ${graph.program.processId} has no element ${id}`)
  return node
}

/** A trigger, or those of a multiple event of which any one is enough. */
export const alternatives = (trigger: Trigger): readonly Trigger[] =>
  trigger.kind === 'multiple' && !trigger.parallel ? trigger.triggers : [trigger]

function joinOf(def: Node): Join | undefined {
  if ('startQuantity' in def && def.startQuantity !== undefined && def.startQuantity > 1)
    return { kind: 'quantity', tokens: def.startQuantity }
  if (def.incoming.length < 2) return undefined
  switch (def.type) {
    case 'parallel-gateway':
      return { kind: 'parallel' }
    case 'inclusive-gateway':
      return { kind: 'inclusive' }
    case 'complex-gateway':
      return { kind: 'complex' }
    default:
      return undefined
  }
}

const throwsSignal = (effect: Effect): boolean =>
  effect.kind === 'signal' || (effect.kind === 'multiple' && effect.effects.some(throwsSignal))

function buildNode(def: Node): Building {
  const node = buildPlain(def)
  if (def.type === 'loop') {
    const run = buildNode(def.activity)
    run.container = node
    node.run = run
  }
  return node
}

function buildPlain(def: Node): Building {
  return {
    def,
    id: def.id,
    incoming: [],
    outgoing: [],
    defaultFlow: undefined,
    conditional: false,
    join: joinOf(def),
    boundaryEvents: [],
    eventSubProcesses: [],
    listeners: [],
    container: undefined,
    run: undefined,
    compensation: undefined,
    waitingJoins: [],
    completionQuantity: 'completionQuantity' in def ? (def.completionQuantity ?? 1) : 1,
    throwsSignal: 'effect' in def && throwsSignal(def.effect),
  }
}

/** What is inside of, or undoes, a loop's activity belongs to each of its runs. */
const innermost = (node: Building): Building => (node.run === undefined ? node : (node.run as Building))

type Need = (id: ElementId) => Building

function linkFlow(flow: Flow, need: Need): void {
  const [source, target] = [need(flow.source), need(flow.target)]
  const linked: GraphFlow = { id: flow.id, flow, source, target }
  source.outgoing.push(linked)
  target.incoming.push(linked)
  if (flow.condition !== undefined || source.def.defaultFlow === flow.id) source.conditional = true
  if (source.def.defaultFlow === flow.id) source.defaultFlow = linked
}

function linkBoundaryEvent(node: Building, def: BoundaryEventNode, need: Need): void {
  const host = need(def.attachedTo)
  const event = node as GraphNode as GraphNode<BoundaryEventNode>
  if (def.trigger.kind !== 'compensation') {
    host.boundaryEvents.push(event)
    host.listeners.push(event as TriggeredNode)
  } else if (def.trigger.handler !== undefined) {
    const activity = innermost(host)
    activity.compensation = { ...activity.compensation, handler: need(def.trigger.handler) }
  }
}

function linkEventSubProcess(node: Building, def: EventSubProcessNode, need: Need): void {
  const scope = innermost(need(def.scope ?? ''))
  if (def.triggeredStarts.length === 0) throw new Error(`event sub-process ${node.id} has no start event`)
  for (const id of def.triggeredStarts) {
    const start = need(id) as GraphNode as GraphNode<StartEventNode>
    const eventSubProcess = { node: node as GraphNode as GraphNode<EventSubProcessNode>, start }
    if (start.def.trigger.kind === 'compensation') {
      scope.compensation = { ...scope.compensation, eventSubProcess }
      continue
    }
    scope.eventSubProcesses.push(eventSubProcess)
    scope.listeners.push(start)
  }
}

/** Resolves every reference of a compiled Program. Throws when the Program is not consistent (a compiler defect). */
export function linkProgram(program: Program): Graph {
  const nodes = new Map<ElementId, Building>()
  for (const def of program.nodes) nodes.set(def.id, buildNode(def))
  const need: Need = (id) => {
    const node = nodes.get(id)
    if (node === undefined)
      throw new Error(`process ${program.processId} refers to element ${id}, which it lacks`)
    return node
  }
  for (const flow of program.flows) linkFlow(flow, need)
  for (const node of nodes.values()) {
    const { def } = node
    if (def.scope !== undefined) node.container = innermost(need(def.scope))
    if (def.type === 'boundary-event') linkBoundaryEvent(node, def, need)
    else if (def.type === 'event-sub-process') linkEventSubProcess(node, def, need)
    if (node.join?.kind === 'inclusive' || node.join?.kind === 'complex')
      (node.container as Building | undefined)?.waitingJoins.push(node)
  }
  const hasLocals = program.nodes.some((def) => (def.locals ?? workOf(def).locals) !== undefined)
  return { program, root: need(program.processId), nodes, hasLocals }
}

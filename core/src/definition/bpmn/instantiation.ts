/**
 * Event-based gateways and receive tasks that start instances (BPMN 2.0 §10.3.3, §10.6.6), and start events that need
 * several triggers, as what the engine knows: start events with one trigger each, and events that wait.
 *
 * Where all of several events must occur, each of them starts an instance in which the others are awaited: event `E`
 * stays, with its flows, as the place where both ways meet; `start:E` and `await:E` are the ways. Only messages say by
 * their key which instance they belong to, so that where there are any, nothing else starts one.
 */
import type {
  CatchEventNode,
  ElementId,
  Flow,
  FlowId,
  Node,
  ProcessNode,
  ReceiveTaskNode,
  StartEventNode,
  Trigger,
} from '../../model/program.ts'
import { describe, type Element, textOf } from './element.ts'
import { maxMeanings } from './event-definitions.ts'
import type { NodeContext } from './node-context.ts'
import { isInstantiating, type Placed } from './scopes.ts'
import { partsOfTrigger } from './triggers.ts'
import { type Graph, nameOf } from './validate.ts'

type Waiting = CatchEventNode | ReceiveTaskNode
type Meeting = Waiting | StartEventNode

/** What becomes of the drawn graph. */
type Changes = {
  /** Nodes in place of a drawn one. */
  readonly instead: Map<ElementId, readonly Node[]>
  readonly dropped: Set<FlowId>
  readonly flows: Flow[]
  readonly starts: ElementId[]
}

/** Nothing waits yet that a key could tell apart. */
function atStart(trigger: Trigger): Trigger {
  if (trigger.kind === 'message') return { kind: 'message', name: trigger.name }
  return trigger.kind === 'multiple' ? { ...trigger, triggers: trigger.triggers.map(atStart) } : trigger
}

/** Those of several triggers that may be the first. */
function startersOf<T extends { readonly trigger: Trigger }>(all: readonly T[]): readonly T[] {
  const byMessage = all.filter(({ trigger }) =>
    partsOfTrigger(trigger).some(({ kind }) => kind === 'message'),
  )
  return byMessage.length === 0 ? all : byMessage
}

const isWaiting = (node: Node | undefined): node is Waiting =>
  node?.type === 'catch-event' || node?.type === 'receive-task'

function commonOf({ id, name, sourceType, scope }: Node): Pick<Node, 'id' | 'name' | 'sourceType' | 'scope'> {
  return {
    id,
    ...(name !== undefined && { name }),
    sourceType,
    ...(scope !== undefined && { scope }),
  }
}

const flow = (source: ElementId, target: ElementId): Flow => ({ id: `${source}->${target}`, source, target })

/** An event that alone starts an instance. */
function startAt(node: Waiting, changes: Changes): void {
  const { inputs, outputs, outgoing, listeners } = node
  const start: StartEventNode = {
    ...commonOf(node),
    type: 'start-event',
    incoming: [],
    outgoing,
    inputs,
    outputs,
    ...(listeners !== undefined && { listeners }),
    trigger: atStart(node.trigger),
    interrupting: true,
  }
  changes.instead.set(node.id, [start])
  changes.starts.push(node.id)
}

/** One way to begin: `trigger` starts the instance, then tokens go to `targets`. */
function addStart(
  id: ElementId,
  node: Meeting,
  trigger: Trigger,
  targets: readonly ElementId[],
  changes: Changes,
): StartEventNode {
  const flows = targets.map((target) => flow(id, target))
  changes.flows.push(...flows)
  changes.starts.push(id)
  return {
    ...commonOf(node),
    id,
    type: 'start-event',
    incoming: [],
    outgoing: flows.map((added) => added.id),
    inputs: node.inputs,
    outputs: node.outputs,
    trigger: atStart(trigger),
    interrupting: true,
  }
}

function awaiting(
  id: ElementId,
  node: Meeting,
  trigger: Trigger,
  sources: readonly ElementId[],
  changes: Changes,
): CatchEventNode {
  const on = flow(id, node.id)
  changes.flows.push(on)
  return {
    ...commonOf(node),
    id,
    type: 'catch-event',
    incoming: sources.map((source) => flow(source, id).id),
    outgoing: [on.id],
    inputs: node.inputs,
    outputs: node.outputs,
    trigger,
  }
}

/** The drawn event as the place where tokens come by whichever way. */
function meeting(node: Meeting, sources: readonly ElementId[]): CatchEventNode {
  const { outgoing, listeners } = node
  return {
    ...commonOf(node),
    type: 'catch-event',
    incoming: sources.map((source) => flow(source, node.id).id),
    outgoing,
    inputs: [],
    outputs: [],
    ...(listeners !== undefined && { listeners }),
    trigger: { kind: 'none' },
  }
}

/** All events behind a gateway: whichever comes first starts the instance. */
function startAtAny(events: readonly Waiting[], changes: Changes): void {
  const [startOf, awaitOf] = [(id: ElementId) => `start:${id}`, (id: ElementId) => `await:${id}`]
  const starters = startersOf(events)
  for (const node of events) {
    const { id, trigger } = node
    const others = events.filter((event) => event !== node)
    const before = starters.filter((event) => event !== node).map((event) => startOf(event.id))
    const targets = [id, ...others.map((event) => awaitOf(event.id))]
    const ways = [
      ...(starters.includes(node) ? [addStart(startOf(id), node, trigger, targets, changes)] : []),
      ...(others.length === 0 ? [] : [awaiting(awaitOf(id), node, trigger, before, changes)]),
    ]
    changes.instead.set(id, [
      ...ways,
      meeting(
        node,
        ways.map((way) => way.id),
      ),
    ])
  }
}

/** A start event that needs all its triggers: whichever comes first starts the instance, which then awaits the rest. */
function startAtFirst(node: StartEventNode, triggers: readonly Trigger[], changes: Changes): void {
  const numbered = triggers.map((trigger, index) => ({ trigger, index }))
  const ways = startersOf(numbered).map(({ trigger, index }) => {
    const rest = triggers.filter((other) => other !== trigger)
    const [only, ...more] = rest
    const waitFor: Trigger =
      only !== undefined && more.length === 0 ? only : { kind: 'multiple', triggers: rest, parallel: true }
    const [start, wait] = [`start:${node.id}:${index}`, `await:${node.id}:${index}`]
    return [
      addStart(start, node, trigger, [wait], changes),
      awaiting(wait, node, waitFor, [start], changes),
    ] as const
  })
  const sources = ways.map(([, wait]) => wait.id)
  changes.instead.set(node.id, [...ways.flat(), meeting(node, sources)])
}

function checkPlain(node: Node, element: Element, { log }: NodeContext): node is Waiting {
  if (node.type === 'loop') {
    log.error('INVALID_LOOP', element, `expected ${nameOf(node)} to run once, because it starts instances`)
  } else if ('boundaryEvents' in node && node.boundaryEvents.length > 0) {
    const message = `expected no boundary events at ${nameOf(node)}, because it starts instances`
    log.error('INVALID_EVENT_POSITION', element, message)
  } else return isWaiting(node)
  return false
}

function startAtElement(
  { element, id }: Placed,
  drawn: ReadonlyMap<ElementId, Node>,
  targets: ReadonlyMap<FlowId, ElementId>,
  changes: Changes,
  context: NodeContext,
): void {
  const node = drawn.get(id)
  if (node === undefined) return
  if (node.type !== 'event-based-gateway') {
    if (checkPlain(node, element, context) && node.incoming.length === 0) startAt(node, changes)
    return
  }
  const events = node.outgoing
    .map((outgoing) => drawn.get(targets.get(outgoing) ?? ''))
    .filter((target) => target !== undefined)
    .filter((target) => checkPlain(target, context.tree.nodes.get(target.id)?.element ?? element, context))
  changes.instead.set(id, [])
  for (const outgoing of node.outgoing) changes.dropped.add(outgoing)
  if (textOf(element, 'eventGatewayType') === 'Parallel') {
    if (events.length <= maxMeanings) startAtAny(events, changes)
    else refuseMany(element, events.length, context)
  } else for (const event of events) startAt(event, changes)
}

/** Each of them is connected with each other one. */
function refuseMany(element: Element, count: number, { log }: NodeContext): void {
  const message = `expected ${describe(element)} to need at most ${maxMeanings} events, got ${count}`
  log.error('DOCUMENT_TOO_COMPLEX', element, message)
}

/** Refuses what would start an instance where none can start. */
function checkPlace({ element, scope }: Placed, { tree, log }: NodeContext): boolean {
  if (scope === tree.processId) return true
  const message = `expected ${describe(element)} to stand in the process itself, because it starts instances`
  log.error('SUB_PROCESS_START', element, message)
  return false
}

/** The graph and the process node as the engine runs them. */
export function withInstantiation(
  root: ProcessNode,
  graph: Graph,
  context: NodeContext,
): { readonly root: ProcessNode; readonly graph: Graph } {
  const changes: Changes = { instead: new Map(), dropped: new Set(), flows: [], starts: [] }
  const drawn = new Map(graph.nodes.map((node) => [node.id, node]))
  const targets = new Map(graph.flows.map(({ id, target }) => [id, target]))
  for (const placed of context.tree.nodes.values()) {
    if (isInstantiating(placed.element) && checkPlace(placed, context))
      startAtElement(placed, drawn, targets, changes, context)
  }
  for (const node of graph.nodes) {
    if (node.type !== 'start-event' || node.scope !== root.id) continue
    if (node.trigger.kind === 'multiple' && node.trigger.parallel)
      startAtFirst(node, node.trigger.triggers, changes)
  }
  const kept = root.triggeredStarts.filter((id) => !changes.instead.has(id))
  return {
    root: { ...root, triggeredStarts: [...kept, ...changes.starts] },
    graph: {
      nodes: graph.nodes.flatMap((node) => changes.instead.get(node.id) ?? [node]),
      flows: [...graph.flows.filter(({ id }) => !changes.dropped.has(id)), ...changes.flows],
    },
  }
}

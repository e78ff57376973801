/**
 * I1 Tokens are neither lost nor doubled; I12 joins fire once, with a token on every flow; each element instance is
 * activated once and left once. Counted from the events and the Program alone, apart from the engine's own state.
 */
import type { Key } from '@braid/core/base/key.ts'
import type { Event, EventOf } from '@braid/core/engine/event.ts'
import { type Graph, type GraphNode, nodeOf } from '@braid/core/engine/graph.ts'
import { Violation } from '../violation.ts'

type Living = {
  readonly node: GraphNode
  readonly scope: Key | undefined
  /** Run of a loop, or something that undoes: it has no flows to leave by. */
  readonly isInner: boolean
  children: number
  /** Runs that a loop has begun. */
  runs: number
  /** Elements of this scope that may still start without a token: its start events. */
  starts: string[]
  /** Tokens that wait at joins. */
  readonly waiting: Map<string, number>
  /** What it is told to undo and has not begun yet, if it asked for that. */
  undoes: boolean
  /** Its token has gone on, though it is still there. */
  hasLeft: boolean
  /** A transaction that is canceled. */
  isCanceled: boolean
}

export type TokenAccount = {
  apply(event: Event): void
  /** Something that the element waits for occurred: it may start without a token. */
  triggered(element: string): void
  endCommit(): void
}

const fail = (message: string): never => {
  throw new Violation('I1', message)
}

const startsOf = (node: GraphNode): string[] =>
  'starts' in node.def ? [...node.def.starts, ...node.def.triggeredStarts] : []

const quantityOf = ({ def }: GraphNode): number =>
  ('completionQuantity' in def && def.completionQuantity) || 1

/** Whether a token leaves by one flow, by some of them, or by all. */
function spreadOf({ def, outgoing, conditional }: GraphNode): 'one' | 'some' | 'any' | 'all' {
  if (def.type === 'event-based-gateway') return 'one'
  if (def.type === 'exclusive-gateway') return outgoing.length > 0 ? 'one' : 'all'
  // At its reset it may have nothing to do.
  if (def.type === 'complex-gateway') return 'any'
  return conditional ? 'some' : 'all'
}

/** How many of its flows a token leaves by. */
function checkLeft(node: GraphNode, taken: readonly string[]): void {
  const flows = node.outgoing.map((flow) => flow.id)
  if (taken.some((flow) => !flows.includes(flow))) fail(`${taken} do not leave ${node.id}`)
  const different = new Set(taken)
  const quantity = quantityOf(node)
  for (const flow of different) {
    const times = taken.filter((other) => other === flow).length
    if (times !== quantity) fail(`${times} tokens left ${node.id} by ${flow}, not ${quantity}`)
  }
  const spread = spreadOf(node)
  const [least, most] =
    spread === 'one' ? [1, 1] : [spread === 'all' ? flows.length : spread === 'some' ? 1 : 0, flows.length]
  if (different.size < least || different.size > most)
    fail(`${least} to ${most} flows leave ${node.id}, but ${different.size} were taken`)
}

export function createTokenAccount(graph: Graph): TokenAccount {
  const seen = new Set<Key>()
  const living = new Map<Key, Living>()
  /** Tokens that have left a flow and not arrived yet. */
  const moving = new Map<string, number>()
  const credits = new Map<string, number>()
  let leaving:
    | { readonly node: GraphNode; readonly scope: Key | undefined; readonly taken: string[] }
    | undefined

  const add = (counts: Map<string, number>, name: string, amount: number): number => {
    const sum = (counts.get(name) ?? 0) + amount
    if (sum === 0) counts.delete(name)
    else counts.set(name, sum)
    return sum
  }
  const alive = (key: Key): Living => living.get(key) ?? fail(`element instance ${key} is not alive`)

  const settle = (): void => {
    if (leaving !== undefined) checkLeft(leaving.node, leaving.taken)
    leaving = undefined
  }

  const consume = (scope: Living, node: GraphNode, consumed: readonly string[]): void => {
    const incoming = node.incoming.map((flow) => flow.id)
    const { join } = node
    if (join === undefined) throw new Violation('I1', `${node.id} is no join`)
    if (join.kind === 'parallel' && incoming.join() !== consumed.join()) {
      throw new Violation('I12', `join ${node.id} fired with tokens on ${consumed}, not on ${incoming}`)
    }
    if (join.kind === 'quantity' && consumed.length !== join.tokens) {
      throw new Violation('I12', `${node.id} began with ${consumed.length} tokens, not ${join.tokens}`)
    }
    if (join.kind !== 'quantity' && new Set(consumed).size !== consumed.length)
      throw new Violation('I12', `join ${node.id} took two tokens from one flow: ${consumed}`)
    for (const flow of consumed) if (add(scope.waiting, flow, -1) < 0) fail(`no token waited on ${flow}`)
  }

  /** Without a token: a start event of a new scope, or an event that occurred. */
  const appear = (scope: Living, node: GraphNode, { start }: EventOf<'element-activated'>): void => {
    if (scope.starts.includes(node.id)) {
      scope.starts = scope.starts.filter((other) => other !== node.id)
      return
    }
    const cause =
      node.def.type === 'event-sub-process' ? (start ?? node.def.triggeredStarts[0] ?? '') : node.id
    if (node.def.type !== 'boundary-event' && node.def.type !== 'event-sub-process') {
      fail(`${node.id} was activated without a token`)
    }
    if (isCompensating(graph, cause) && scope.undoes) return
    if (add(credits, cause, -1) < 0) fail(`${node.id} was activated, but ${cause} did not occur`)
  }

  /** A run of a loop, in the order of their numbers. */
  const run = (scope: Living, node: GraphNode, index: number): void => {
    if (scope.node.id !== node.id || scope.node.def.type !== 'loop')
      fail(`${node.id} is no run of ${scope.node.id}`)
    scope.runs += 1
    if (index !== scope.runs) fail(`run ${index} of ${node.id} began after ${scope.runs - 1} others`)
  }

  const arrive = (scope: Living, node: GraphNode, event: EventOf<'element-activated'>): void => {
    if (event.role !== undefined) {
      if (!scope.undoes) fail(`${scope.node.id} undoes nothing, but ${node.id} was activated in it`)
      return
    }
    if (event.index !== undefined) {
      run(scope, node, event.index)
      return
    }
    if (node.def.scope !== scope.node.id) fail(`${node.id} was activated in ${scope.node.id}`)
    const arrival = `${event.scope} ${event.element}`
    if (event.consumed !== undefined) consume(scope, node, event.consumed)
    else if ((moving.get(arrival) ?? 0) > 0) add(moving, arrival, -1)
    else appear(scope, node, event)
  }

  const activate = (event: EventOf<'element-activated'>): void => {
    const outer = nodeOf(graph, event.element)
    const node = (event.index === undefined ? undefined : outer.run) ?? outer
    if (seen.has(event.key)) throw new Violation('I2', `element instance ${event.key} was activated twice`)
    seen.add(event.key)
    living.set(event.key, {
      node,
      scope: event.scope,
      isInner: event.index !== undefined || event.role !== undefined,
      children: 0,
      runs: 0,
      starts: startsOf(node),
      waiting: new Map(),
      // A scope is entered again to undo what is in it.
      undoes: event.role === 'undo',
      hasLeft: false,
      isCanceled: false,
    })
    if (event.scope === undefined) {
      if (node !== graph.root || living.size > 1) fail(`${node.id} is in no scope`)
      return
    }
    const scope = alive(event.scope)
    scope.children += 1
    arrive(scope, node, event)
  }

  const leave = (event: EventOf<'element-completed' | 'element-terminated'>): void => {
    const entry = living.get(event.key)
    if (entry === undefined || entry.node.id !== event.element) {
      throw new Violation('I2', `${event.type} of ${event.element} ${event.key}, which is not alive`)
    }
    if (entry.children > 0) fail(`${event.element} ended with ${entry.children} elements inside`)
    if (entry.waiting.size > 0) fail(`${event.element} ended with tokens on ${[...entry.waiting.keys()]}`)
    living.delete(event.key)
    if (entry.scope !== undefined) alive(entry.scope).children -= 1
    if (entry.isCanceled) for (const id of cancelEventsOf(entry.node)) add(credits, id, 1)
    if (event.type === 'element-completed' && !entry.isInner && !entry.hasLeft)
      leaving = { node: entry.node, scope: entry.scope, taken: [] }
  }

  const take = (event: EventOf<'flow-taken'>): void => {
    const flow = leaving?.node.outgoing.find((candidate) => candidate.id === event.flow)
    if (leaving === undefined || flow === undefined || leaving.scope !== event.scope) {
      throw new Violation('I1', `flow ${event.flow} was taken, but no token left its source`)
    }
    leaving.taken.push(event.flow)
    if ((event.waits === true) !== (flow.target.join !== undefined))
      fail(`flow ${event.flow} leads to ${flow.target.id}`)
    if (event.waits === true) add(alive(event.scope).waiting, event.flow, 1)
    else add(moving, `${event.scope} ${flow.target.id}`, 1)
  }

  /** It undoes from now on; its token may go on first. */
  const undo = (event: EventOf<'compensation-started'>): void => {
    const entry = alive(event.key)
    entry.undoes = true
    entry.isCanceled = event.cancels === true
    if (event.left !== true) return
    entry.hasLeft = true
    leaving = { node: entry.node, scope: entry.scope, taken: [] }
  }

  return {
    apply: (event) => {
      if (event.type !== 'flow-taken' && event.type !== 'element-activated') settle()
      if (event.type === 'element-activated') activate(event)
      else if (event.type === 'element-completed' || event.type === 'element-terminated') leave(event)
      else if (event.type === 'flow-taken') take(event)
      else if (event.type === 'compensation-started') undo(event)
      else if (event.type === 'tokens-dropped') alive(event.scope).waiting.clear()
      else if (event.type === 'instance-completed' || event.type === 'instance-terminated') {
        if (living.size > 0) fail(`the instance ended with ${living.size} elements alive`)
      }
    },
    triggered: (element) => {
      add(credits, element, 1)
    },
    endCommit: () => {
      settle()
      if (moving.size > 0) fail(`tokens left for ${[...moving.keys()]} and did not arrive`)
      credits.clear()
    },
  }
}

const cancelEventsOf = ({ boundaryEvents }: GraphNode): readonly string[] =>
  boundaryEvents.filter(({ def }) => def.trigger.kind === 'cancel').map(({ id }) => id)

function isCompensating(graph: Graph, start: string): boolean {
  const { def } = nodeOf(graph, start)
  return def.type === 'start-event' && def.trigger.kind === 'compensation'
}

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
  children: number
  /** Elements of this scope that may still start without a token: its start events. */
  starts: string[]
  /** Tokens that wait at joins. */
  readonly waiting: Map<string, number>
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

/** How many of its flows a token leaves by. */
function checkLeft(node: GraphNode, taken: readonly string[]): void {
  const { outgoing, def } = node
  const flows = outgoing.map((flow) => flow.id)
  if (new Set(taken).size !== taken.length) fail(`a flow out of ${node.id} was taken twice: ${taken}`)
  if (taken.some((flow) => !flows.includes(flow))) fail(`${taken} do not leave ${node.id}`)
  const choosesOne =
    def.type === 'event-based-gateway' || (def.type === 'exclusive-gateway' && outgoing.length > 0)
  const expected = choosesOne ? 1 : flows.length
  if (taken.length !== expected) fail(`${expected} flows leave ${node.id}, but ${taken.length} were taken`)
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
    if (node.join === undefined) fail(`${node.id} is no join`)
    if (node.def.type === 'parallel-gateway' && incoming.join() !== consumed.join()) {
      throw new Violation('I12', `join ${node.id} fired with tokens on ${consumed}, not on ${incoming}`)
    }
    for (const flow of consumed) if (add(scope.waiting, flow, -1) < 0) fail(`no token waited on ${flow}`)
  }

  /** Without a token: a start event of a new scope, or an event that occurred. */
  const appear = (scope: Living, node: GraphNode): void => {
    if (scope.starts.includes(node.id)) {
      scope.starts = scope.starts.filter((start) => start !== node.id)
      return
    }
    const cause = node.def.type === 'event-sub-process' ? (node.def.triggeredStarts[0] ?? '') : node.id
    if (node.def.type !== 'boundary-event' && node.def.type !== 'event-sub-process') {
      fail(`${node.id} was activated without a token`)
    }
    if (add(credits, cause, -1) < 0) fail(`${node.id} was activated, but ${cause} did not occur`)
  }

  const activate = (event: EventOf<'element-activated'>): void => {
    const node = nodeOf(graph, event.element)
    if (seen.has(event.key)) throw new Violation('I2', `element instance ${event.key} was activated twice`)
    seen.add(event.key)
    const entry = { node, scope: event.scope, children: 0, starts: startsOf(node), waiting: new Map() }
    living.set(event.key, entry)
    if (event.scope === undefined) {
      if (node !== graph.root || living.size > 1) fail(`${node.id} is in no scope`)
      return
    }
    const scope = alive(event.scope)
    if (node.def.scope !== scope.node.id) fail(`${node.id} was activated in ${scope.node.id}`)
    scope.children += 1
    const arrival = `${event.scope} ${event.element}`
    if (event.consumed !== undefined) consume(scope, node, event.consumed)
    else if ((moving.get(arrival) ?? 0) > 0) add(moving, arrival, -1)
    else appear(scope, node)
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
    if (event.type === 'element-completed') leaving = { node: entry.node, scope: entry.scope, taken: [] }
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

  return {
    apply: (event) => {
      if (event.type !== 'flow-taken' && event.type !== 'element-activated') settle()
      if (event.type === 'element-activated') activate(event)
      else if (event.type === 'element-completed' || event.type === 'element-terminated') leave(event)
      else if (event.type === 'flow-taken') take(event)
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

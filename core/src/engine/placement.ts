/** Where an element can be activated by hand: in a living scope, or in scopes that are made for it. */
import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import { failure, type Result, success } from '../base/result.ts'
import type { Rejection } from './command.ts'
import { type Graph, type GraphNode, nodeOf } from './graph.ts'
import type { ElementInstance } from './state.ts'
import { emit, type Problem, type Transition } from './transition.ts'
import { mapVariables, setLocal } from './variables.ts'
import { openWaits } from './waits.ts'

/** From the scope that directly holds a node outwards to the process. */
export function scopesAround(graph: Graph, node: GraphNode): readonly GraphNode[] {
  const scopes: GraphNode[] = []
  for (let id = node.def.scope; id !== undefined; ) {
    const scope = nodeOf(graph, id)
    scopes.push(scope)
    id = scope.def.scope
  }
  return scopes
}

export type Place = {
  readonly scope: ElementInstance
  /** To be made inside, the outer ones first. */
  readonly missing: readonly GraphNode[]
}

type Wish = {
  /** An element instance that is to hold it, however deep. */
  readonly ancestor: Key | undefined
  /** Ended by the same command. */
  readonly doomed: ReadonlySet<Key>
}

/** The nearest scope that lives, or the one that was named; refused when that is not one thing only. */
export function placeFor(tx: Transition, node: GraphNode, wish: Wish): Result<Place, Rejection> {
  const refusal = whyNever(tx.graph, node)
  if (refusal !== undefined) return failure(refusal)
  const scopes = scopesAround(tx.graph, node)
  const found =
    wish.ancestor === undefined
      ? nearest(tx, node, scopes, wish.doomed)
      : named(tx, node, scopes, wish.ancestor, wish.doomed)
  if (!found.ok) return found
  const { scope, depth } = found.value
  if (scope.extras.begin !== undefined)
    return failure({ kind: 'conflict', message: `process instance ${tx.state.key} has not begun yet` })
  const missing = scopes.slice(0, depth).reverse()
  for (const level of missing) {
    const why = whyNotMade(level)
    if (why !== undefined)
      return failure({ kind: 'conflict', message: `'${node.id}' can not be activated: ${why}` })
  }
  return success({ scope, missing })
}

/** What only something else can activate. */
export function whyNever(graph: Graph, { id, def }: GraphNode): Rejection | undefined {
  const invalid = (message: string): Rejection => ({
    kind: 'invalid',
    message: `'${id}' can not be activated: ${message}`,
  })
  if (def.type === 'process') return invalid('it is the process itself')
  if (def.type === 'boundary-event') return invalid('it belongs to its activity; activate what follows it')
  if (def.type === 'event-sub-process') return invalid('its start event begins it')
  for (const { compensation } of graph.nodes.values())
    if (compensation?.handler?.id === id) return invalid('it is run by a compensation')
  return undefined
}

/** Its inside can only be entered where an instance of it lives. */
function whyNotMade({ id, def }: GraphNode): string | undefined {
  switch (def.type) {
    case 'sub-process':
      return undefined
    case 'loop':
      return `'${id}' around it runs several times; expected one of its runs to be alive`
    case 'event-sub-process':
      return `event sub-process '${id}' around it is not alive, and only its event begins it`
    case 'ad-hoc-sub-process':
      return `ad-hoc sub-process '${id}' around it is not alive: activate that first`
    default:
      return `'${id}' around it is not alive`
  }
}

type Found = Result<{ readonly scope: ElementInstance; readonly depth: number }, Rejection>

/** Living instances that can hold what is inside `scope`: of a loop its runs. */
const holders = (tx: Transition, scope: GraphNode, doomed: ReadonlySet<Key>): readonly ElementInstance[] =>
  [...tx.state.elements.values()].filter(
    ({ key, element, extras }) =>
      element === scope.id &&
      !doomed.has(key) &&
      extras.role !== 'undo' &&
      (scope.run === undefined || extras.index !== undefined),
  )

function nearest(
  tx: Transition,
  node: GraphNode,
  scopes: readonly GraphNode[],
  doomed: ReadonlySet<Key>,
): Found {
  for (const [depth, level] of scopes.entries()) {
    const candidates = holders(tx, level, doomed)
    const [scope, ...others] = candidates
    if (scope === undefined) continue
    if (others.length === 0) return success({ scope, depth })
    const keys = candidates.map(({ key }) => key).join(', ')
    return failure({
      kind: 'conflict',
      message: `'${node.id}' can be activated in several instances of '${level.id}': name one of ${keys} as its ancestor`,
    })
  }
  throw new Error(`process instance ${tx.state.key} has no root`)
}

function named(
  tx: Transition,
  node: GraphNode,
  scopes: readonly GraphNode[],
  ancestor: Key,
  doomed: ReadonlySet<Key>,
): Found {
  const scope = tx.state.elements.get(ancestor)
  if (scope === undefined)
    return failure({ kind: 'not-found', message: `no living element instance ${ancestor}` })
  if (doomed.has(ancestor)) {
    const message = `element instance ${ancestor} is ended by the same command and can not hold '${node.id}'`
    return failure({ kind: 'conflict', message })
  }
  const depth = scopes.findIndex((level) => level.id === scope.element)
  const level = scopes[depth]
  if (level !== undefined && holders(tx, level, doomed).includes(scope)) return success({ scope, depth })
  const expected = scopes.map(({ id }) => `'${id}'`).join(', ')
  const message = `expected an ancestor of '${node.id}' (an instance of ${expected}), but ${ancestor} is one of '${scope.element}'`
  return failure({ kind: 'conflict', message })
}

/** Enters a scope as usual, but for what it would begin with: its listeners are not called, its starts not activated. */
export function createScope(
  tx: Transition,
  node: GraphNode,
  scope: Key,
  variables: readonly JsonObject[],
): Result<Key, Problem> {
  const key = tx.keys.next()
  emit(tx, { type: 'element-activated', key, element: node.id, scope })
  const inputs = mapVariables(tx, node.def.inputs, key, undefined)
  if (!inputs.ok) return inputs
  for (const values of [inputs.value, ...variables]) setLocal(tx, key, values)
  const problem = openWaits(tx, key, node.listeners)
  return problem === undefined ? success(key) : failure(problem)
}

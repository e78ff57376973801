/** The nodes of a DAG with the parts they stand in and what they wait for. */
import type { JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import { findBuiltIn } from '../../expression/built-ins/registry.ts'
import { isKeyword } from '../../expression/parse/known-names.ts'
import { parseExpression } from '../../expression/parse/parse.ts'
import type { DagModel, DagNode, DagPart } from '../../model/dag.ts'
import { isFeel, sourceOf } from '../../model/feel-text.ts'
import type { DagLog, Path } from './finding.ts'
import { freeNames } from './free-names.ts'

/** The whole DAG, or what runs inside a map, generate or repeat node. */
export type Part = {
  readonly owner: Item | undefined
  readonly items: Item[]
  readonly path: Path
  /** Whether something inside reads the input of the run. */
  readsInput: boolean
  /** Whether something inside, but not in a part of its own, reads which run it is. */
  readsCounter: boolean
}

export type Item = {
  readonly node: DagNode
  readonly path: Path
  readonly part: Part
  readonly inner: Part | undefined
  /** Nodes of the same part that end before it begins. */
  readonly needs: Set<Item>
}

export type Analysis = { readonly root: Part; readonly items: ReadonlyMap<string, Item> }

/** Ids that mean something else where FEEL reads them. */
const reservedIds: ReadonlySet<string> = new Set(['input', 'output', 'item', 'loopCounter', 'partial', 'not'])
/** An id is the name of a variable, and `__` separates it from what belongs to it. */
const idPattern = /^[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*$/
/** Room for what the ids of helping elements add. */
const idLength = 200

export const partOf = (node: DagNode): DagPart | undefined => ('nodes' in node ? node : undefined)

export function analyse(model: DagModel, log: DagLog): Analysis {
  const items = new Map<string, Item>()
  const root = readPart(model, [], undefined, { items, log, depth: 0 })
  const same = items.get(model.id)
  if (same !== undefined) {
    const message = `expected an id that has no other meaning, got '${model.id}', which is the DAG itself`
    log.error('INVALID_ID', [...same.path, 'id'], model.id, message)
  }
  for (const item of items.values()) linkItem(item, items, log)
  if (model.output !== undefined) linkValue(model.output, ['output'], { part: root }, items, log)
  return { root, items }
}

type Reading = { readonly items: Map<string, Item>; readonly log: DagLog; readonly depth: number }

function readPart(
  { nodes }: { readonly nodes: readonly DagNode[] },
  path: Path,
  owner: Item | undefined,
  reading: Reading,
): Part {
  const part: Part = { owner, items: [], path, readsInput: false, readsCounter: false }
  const { log, depth } = reading
  if (nodes.length === 0) {
    const what = owner === undefined ? 'the DAG' : `'${owner.node.id}'`
    log.error('EMPTY_PART', [...path, 'nodes'], owner?.node.id, `expected ${what} to have at least one node`)
  }
  if (depth > limits.dagDepth) {
    const message = `expected parts to be nested at most ${limits.dagDepth} deep`
    log.error('NESTED_TOO_DEEP', path, owner?.node.id, message)
    return part
  }
  for (const [index, node] of nodes.entries()) readNode(node, [...path, 'nodes', index], part, reading)
  return part
}

function readNode(node: DagNode, path: Path, part: Part, reading: Reading): void {
  const { items, log } = reading
  if (items.size >= limits.dagNodes) {
    if (items.size > limits.dagNodes) return
    log.error('TOO_MANY_NODES', path, node.id, `expected at most ${limits.dagNodes} nodes in one DAG`)
  }
  checkId(node, path, reading)
  const item: Item & { inner: Part | undefined } = { node, path, part, inner: undefined, needs: new Set() }
  part.items.push(item)
  if (!items.has(node.id)) items.set(node.id, item)
  const inner = partOf(node)
  if (inner !== undefined) item.inner = readPart(inner, path, item, { ...reading, depth: reading.depth + 1 })
}

function checkId(node: DagNode, path: Path, reading: Reading): void {
  checkName(node.id, node.id, [...path, 'id'], reading)
  if ('item' in node && node.item !== undefined && node.item !== 'item')
    checkName(node.item, node.id, [...path, 'item'], reading)
}

function checkName(name: string, id: string, at: Path, { items, log }: Reading): void {
  const other = items.get(name)
  if (other !== undefined) {
    const first = `the first is in ${other.part.owner === undefined ? 'the DAG' : `'${other.part.owner.node.id}'`}`
    log.error(
      'DUPLICATE_ID',
      at,
      id,
      `expected every node to have an id of its own, got '${name}' twice; ${first}`,
    )
  } else if (reservedIds.has(name) || isKeyword(name))
    log.error('INVALID_ID', at, id, `expected an id that has no other meaning, got '${name}'`)
  else if (!idPattern.test(name) || name.length > idLength) {
    const message = `expected an id of letters, digits and single '_' between them, beginning with a letter, at most ${idLength} long, got '${name.slice(0, idLength)}'`
    log.error('INVALID_ID', at, id, message)
  }
}

/** From where a name is seen: by a node of a part, or by what a part gives in the end. */
type Viewpoint = { readonly part: Part; readonly item?: Item }
type Items = ReadonlyMap<string, Item>

function linkItem(item: Item, items: Items, log: DagLog): void {
  const { node, path, part, inner } = item
  const here: Viewpoint = { part, item }
  const named = (id: string, at: Path): void => {
    const fault = connect(id, here, items)
    if (fault !== undefined) log.error(fault.code, at, node.id, fault.message)
  }
  for (const [index, id] of (node.after ?? []).entries()) named(id, [...path, 'after', index])
  if (node.on !== undefined) named(node.on.node, [...path, 'on', 'node'])
  const link = (value: JsonValue | undefined, field: string, view = here): void => {
    if (value !== undefined) linkValue(value, [...path, field], view, items, log)
  }
  link(node.when, 'when')
  if ('input' in node) link(node.input, 'input')
  if (node.kind === 'map') link(node.over, 'over')
  if (node.kind === 'choice' && node.by === 'round-robin') part.readsCounter = true
  if (node.kind === 'choice' && node.by === 'expression') link(node.expression, 'expression')
  if (node.kind === 'dag' && isFeel(node.dag)) link(node.dag, 'dag')
  if (inner === undefined) return
  if ('result' in node) link(node.result, 'result', { part: inner })
  if (node.kind === 'repeat') link(node.until, 'until', { part: inner })
}

function linkValue(value: JsonValue, path: Path, view: Viewpoint, items: Items, log: DagLog): void {
  if (isFeel(value)) linkFeel(value, path, view, items, log)
  else if (Array.isArray(value))
    for (const [index, entry] of value.entries()) linkValue(entry, [...path, index], view, items, log)
  else if (typeof value === 'object' && value !== null)
    for (const [key, entry] of Object.entries(value)) linkValue(entry, [...path, key], view, items, log)
}

function linkFeel(text: string, path: Path, view: Viewpoint, items: Items, log: DagLog): void {
  const at = view.item?.node.id ?? view.part.owner?.node.id
  const source = sourceOf(text)
  const parsed = parseExpression(source)
  if (!parsed.ok) {
    const { message, position } = parsed.error
    const where = position === undefined ? '' : ` (at character ${position + 1})`
    log.error(
      'INVALID_EXPRESSION',
      path,
      at,
      `expected FEEL, got '${source.slice(0, 100)}': ${message}${where}`,
    )
    return
  }
  for (const [name, { certain }] of freeNames(parsed.value)) {
    if (isGiven(name, view.part)) {
      if (name === 'input') markInput(view.part)
      if (name === 'loopCounter') view.part.readsCounter = true
      continue
    }
    // A function of the language, given as a value.
    if (!items.has(name) && (findBuiltIn(name) !== undefined || !certain)) continue
    const fault = connect(name, view, items)
    if (fault !== undefined && certain) log.error(fault.code, path, at, fault.message)
  }
}

/** What is not from a node. */
function isGiven(name: string, part: Part): boolean {
  if (name === 'input') return true
  if (name === 'loopCounter') return part.owner !== undefined
  return itemOwner(name, part) !== undefined
}

/** The node around a part whose items are in that variable. */
export function itemOwner(name: string, part: Part): Item | undefined {
  for (let owner = part.owner; owner !== undefined; owner = owner.part.owner) {
    if (itemVariable(owner.node) === name) return owner
  }
  return undefined
}

/** Of a node that runs a part per item. */
export const itemVariable = (node: DagNode): string | undefined =>
  node.kind === 'map' || node.kind === 'generate' ? (node.item ?? 'item') : undefined

function markInput(part: Part): void {
  for (let at: Part | undefined = part; at !== undefined; at = at.owner?.part) at.readsInput = true
}

type Fault = {
  readonly code: 'UNKNOWN_NODE' | 'NODE_OUT_OF_REACH' | 'DEPENDENCY_CYCLE'
  readonly message: string
}

/**
 * Makes what sees a node wait for it. Whatever stands in a part waits as the part's own node does, which is in the same
 * part as the node that is seen.
 */
function connect(id: string, view: Viewpoint, items: Items): Fault | undefined {
  const target = items.get(id)
  if (target === undefined) {
    const known = [...items.keys()].slice(0, 20).join(', ')
    return { code: 'UNKNOWN_NODE', message: `expected the id of a node (${known}), got '${id}'` }
  }
  let holder = view.item
  for (let part: Part | undefined = view.part; part !== undefined; part = part.owner?.part) {
    if (target.part === part) return join(holder, target, view)
    holder = part.owner
  }
  const owner = target.part.owner?.node.id
  const message = `expected nodes that can be seen from here, got '${id}', which runs inside '${owner}': use '${owner}', which gives what its runs give`
  return { code: 'NODE_OUT_OF_REACH', message }
}

function join(holder: Item | undefined, target: Item, view: Viewpoint): Fault | undefined {
  if (holder === undefined) return undefined
  if (holder !== target) {
    holder.needs.add(target)
    return undefined
  }
  // Inside a repeat node its id is what the run before gave.
  if (view.item !== holder && holder.node.kind === 'repeat') return undefined
  const where = view.item === holder ? '' : ` by what is inside of it`
  return {
    code: 'DEPENDENCY_CYCLE',
    message: `expected dependencies without a cycle, got '${target.node.id}' used by itself${where}`,
  }
}

/**
 * Moving tokens by hand: elements are activated wherever a scope for them lives or can be made, element instances are
 * terminated. Done as a whole or refused as a whole: it is tried on a copy of the state first. Activations come before
 * terminations, so that a scope whose last token moves on inside it lives on.
 */
import type { Key } from '../../base/key.ts'
import { failure, type Result, success } from '../../base/result.ts'
import type { ElementId } from '../../model/program.ts'
import type {
  ElementInstanceChoice,
  ModifyInstance,
  MoveInstruction,
  Rejection,
  VariableInstruction,
} from '../command.ts'
import type { GraphNode } from '../graph.ts'
import { terminateElement, terminateInstance } from '../lifecycle.ts'
import { createScope, placeFor, scopesAround } from '../placement.ts'
import { copyState, type ElementInstance } from '../state.ts'
import { activateNode } from '../token.ts'
import { elementInstance, emit, nodeOfInstance, type Transition } from '../transition.ts'
import { setLocal } from '../variables.ts'

export function modifyInstance(tx: Transition, command: ModifyInstance): Rejection | undefined {
  const trial: Transition = { ...tx, state: copyState(tx.state), events: [], agenda: [] }
  const modified = modify(trial, command)
  if (!modified.ok) return modified.error
  emit(tx, { type: 'instance-modified', key: tx.state.key, ...modified.value })
  for (const event of trial.events) emit(tx, event)
  tx.agenda.push(...trial.agenda)
  return undefined
}

type Modified = { readonly activated: readonly Key[]; readonly terminated: readonly Key[] }

type Activation = {
  readonly element: ElementId
  readonly ancestor?: Key
  readonly variables: readonly VariableInstruction[]
}

function modify(tx: Transition, command: ModifyInstance): Result<Modified, Rejection> {
  const { activate, terminate, move } = command
  if (activate.length + terminate.length + move.length === 0)
    return failure({ kind: 'invalid', message: 'expected at least one instruction, but there is none' })
  const terminated = new Set<ElementInstance>()
  for (const choice of terminate) {
    const chosen = choose(tx, choice)
    if (!chosen.ok) return chosen
    for (const instance of chosen.value) terminated.add(instance)
  }
  const moves: { readonly instruction: MoveInstruction; readonly source: ElementInstance }[] = []
  for (const instruction of move) {
    const chosen = choose(tx, instruction.from)
    if (!chosen.ok) return chosen
    for (const source of chosen.value) {
      if (terminated.has(source)) return conflict(`element instance ${source.key} is to be ended twice`)
      moves.push({ instruction, source })
    }
  }
  for (const { source } of moves) terminated.add(source)
  const doomed = withInsides(tx, terminated)
  const activated: Key[] = []
  for (const activation of activate) {
    const key = place(tx, activation, doomed)
    if (!key.ok) return key
    activated.push(key.value)
  }
  for (const { instruction, source } of moves) {
    const activation = activationOf(tx, instruction, source)
    const key = activation.ok ? place(tx, activation.value, doomed) : activation
    if (!key.ok) return key
    activated.push(key.value)
  }
  for (const instance of terminated) end(tx, instance)
  return success({ activated, terminated: [...terminated].map(({ key }) => key) })
}

const conflict = (message: string) => failure<Rejection>({ kind: 'conflict', message })

/** The living element instances that are meant. */
function choose(
  tx: Transition,
  choice: ElementInstanceChoice,
): Result<readonly ElementInstance[], Rejection> {
  if ('key' in choice) {
    const instance = tx.state.elements.get(choice.key)
    if (instance === undefined)
      return failure({ kind: 'not-found', message: `no living element instance ${choice.key}` })
    if (instance.scope === undefined) return conflict('the process itself is ended by canceling the instance')
    return success([instance])
  }
  const { element } = choice
  if (!tx.graph.nodes.has(element)) return unknownElement(tx, element)
  // Of a loop its body, which ends its runs.
  const chosen = [...tx.state.elements.values()].filter(
    (instance) =>
      instance.element === element && instance.scope !== undefined && instance.extras.index === undefined,
  )
  return chosen.length > 0 ? success(chosen) : conflict(`no instance of '${element}' is alive`)
}

const unknownElement = (tx: Transition, element: ElementId) =>
  failure<Rejection>({
    kind: 'invalid',
    message: `expected an element of process '${tx.graph.program.processId}', but it was '${element}'`,
  })

function withInsides(tx: Transition, instances: ReadonlySet<ElementInstance>): ReadonlySet<Key> {
  const keys = new Set([...instances].map(({ key }) => key))
  // A scope is older than what is inside it.
  for (const { key, scope } of tx.state.elements.values())
    if (scope !== undefined && keys.has(scope)) keys.add(key)
  return keys
}

/** A move goes to the scope around its source that can hold the target, unless it names another. */
function activationOf(
  tx: Transition,
  { to, ancestor, variables }: MoveInstruction,
  source: ElementInstance,
): Result<Activation, Rejection> {
  if (typeof ancestor === 'number') return success({ element: to, ancestor, variables })
  const target = tx.graph.nodes.get(to)
  if (target === undefined) return unknownElement(tx, to)
  const around = new Set<ElementId>(scopesAround(tx.graph, target).map(({ id }) => id))
  let scope = source.scope === undefined ? undefined : elementInstance(tx, source.scope)
  while (scope?.scope !== undefined && ancestor === 'inferred' && !canHold(tx, scope, around))
    scope = elementInstance(tx, scope.scope)
  return success({ element: to, variables, ...(scope === undefined ? {} : { ancestor: scope.key }) })
}

const canHold = (tx: Transition, scope: ElementInstance, around: ReadonlySet<ElementId>): boolean =>
  around.has(scope.element) && nodeOfInstance(tx, scope).def.type !== 'loop'

/** Makes the scopes that are missing, sets the variables, and activates the element. */
function place(
  tx: Transition,
  { element, ancestor, variables }: Activation,
  doomed: ReadonlySet<Key>,
): Result<Key, Rejection> {
  const node = tx.graph.nodes.get(element)
  if (node === undefined) return unknownElement(tx, element)
  const found = placeFor(tx, node, { ancestor, doomed })
  if (!found.ok) return found
  const { scope, missing } = found.value
  const set = assign(tx, node, scope, missing, variables)
  if (!set.ok) return set
  let inner = scope.key
  for (const level of missing) {
    const created = createScope(tx, level, inner, variablesFor(level.id, variables))
    if (!created.ok) return conflict(`'${level.id}' can not be entered: ${created.error.message}`)
    inner = created.value
  }
  const key = activateNode(tx, node, inner)
  for (const own of variablesFor(element, variables)) setLocal(tx, key, own)
  return success(key)
}

const variablesFor = (element: ElementId, instructions: readonly VariableInstruction[]) =>
  instructions.filter(({ scope }) => scope === element).map(({ variables }) => variables)

/** Sets the variables of scopes that live already; those of others must be for ones that are made. */
function assign(
  tx: Transition,
  node: GraphNode,
  scope: ElementInstance,
  missing: readonly GraphNode[],
  instructions: readonly VariableInstruction[],
): Result<undefined, Rejection> {
  const made = new Set([node.id, ...missing.map(({ id }) => id)])
  for (const { scope: wanted, variables } of instructions) {
    if (wanted !== undefined && made.has(wanted)) continue
    const target = wanted === undefined ? elementInstance(tx, tx.state.key) : around(tx, scope, wanted)
    if (target === undefined) {
      const message = `variables for '${wanted}': expected '${node.id}' or a scope around it`
      return failure({ kind: 'invalid', message })
    }
    setLocal(tx, target.key, variables)
  }
  return success(undefined)
}

function around(tx: Transition, from: ElementInstance, element: ElementId): ElementInstance | undefined {
  let scope: ElementInstance | undefined = from
  while (scope !== undefined && scope.element !== element)
    scope = scope.scope === undefined ? undefined : elementInstance(tx, scope.scope)
  return scope
}

/** A scope that is left without anything inside ends, too; a loop goes on with its next run. */
function end(tx: Transition, instance: ElementInstance): void {
  const living = tx.state.elements.get(instance.key)
  if (living?.scope === undefined) return
  const scope = elementInstance(tx, living.scope)
  terminateElement(tx, living)
  const { queue, cancels, role } = scope.extras
  const goesOn = queue !== undefined || cancels === true || role === 'undo'
  if (
    scope.children > 0 ||
    scope.tokens.size > 0 ||
    goesOn ||
    nodeOfInstance(tx, scope).def.type === 'loop'
  ) {
    tx.agenda.push({ kind: 'check-scope', scope: scope.key })
  } else if (scope.scope !== undefined) end(tx, scope)
  else endInstance(tx)
}

/** Nothing is left: as if it had been canceled. */
function endInstance(tx: Transition): void {
  const { parent } = tx.state
  terminateInstance(tx)
  if (parent !== undefined)
    emit(tx, { type: 'parent-notified', key: tx.keys.next(), parent, outcome: { kind: 'terminated' } })
}

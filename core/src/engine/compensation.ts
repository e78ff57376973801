/**
 * Undoing what has completed (BPMN 2.0 §10.6, §13.5.5). A scope keeps a record of each activity in it that can be
 * undone. Who compensates claims records, so that each is undone at most once, and undoes them one after the other, the
 * last completed first; handlers run inside of who claimed them, and end with it.
 */

import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import { limits } from '../base/limits.ts'
import { failure, type Result, success } from '../base/result.ts'
import type { Effect } from '../model/program.ts'
import { type GraphNode, nodeOf } from './graph.ts'
import type { CompensationRecord, ElementInstance } from './state.ts'
import { activateNode, takeFlows } from './token.ts'
import {
  behaviorOf,
  elementInstance,
  emit,
  nodeOfInstance,
  type Problem,
  type Transition,
} from './transition.ts'
import { setLocal } from './variables.ts'

/** Made once: most activities have nothing to undo. */
const nothing = success(undefined)

/** The own data of an activity that can be undone; `undefined` when nothing about it can. */
export function snapshotOf(
  tx: Transition,
  instance: ElementInstance,
  node: GraphNode,
): Result<JsonObject | undefined, Problem> {
  const { scope, extras, variables } = instance
  if (node.compensation === undefined && extras.records === undefined) return nothing
  if (scope === undefined || extras.role !== undefined) return nothing
  const { records = [] } = elementInstance(tx, scope).extras
  if (records.length < limits.compensationsPerScope) return success(variables)
  const message = `stopped at '${instance.element}': its scope remembers ${records.length} completed activities to compensate already`
  return failure({ type: 'STEP_LIMIT', message })
}

/** A throwing event begins; it completes when everything is undone. */
export function startCompensation(
  tx: Transition,
  instance: ElementInstance,
  effect: Extract<Effect, { readonly kind: 'compensation' }>,
): Problem | undefined {
  const { activity, wait } = effect
  const node = nodeOfInstance(tx, instance)
  const flows = wait ? success([]) : behaviorOf(tx, node).leave(tx, instance, node)
  if (!flows.ok) return flows.error
  emit(tx, {
    type: 'compensation-started',
    key: instance.key,
    from: compensatedScopes(tx, instance),
    ...(activity === undefined ? {} : { activity }),
    ...(wait ? {} : { left: true }),
  })
  if (instance.scope !== undefined) takeFlows(tx, node, flows.value, instance.scope)
  tx.agenda.push({ kind: 'check-scope', scope: instance.key })
  return undefined
}

/** The scope of the event, outermost first: an event sub-process also compensates what it interrupts or accompanies. */
function compensatedScopes(tx: Transition, thrower: ElementInstance): readonly Key[] {
  const scopes: Key[] = []
  for (let { scope } = thrower; scope !== undefined; ) {
    scopes.unshift(scope)
    const instance = elementInstance(tx, scope)
    if (nodeOfInstance(tx, instance).def.type !== 'event-sub-process') break
    scope = instance.scope
  }
  return scopes
}

/** Undoes the record at the end of the queue. */
export function undoNext(tx: Transition, scope: ElementInstance): void {
  const record = scope.extras.queue?.at(-1)
  if (record === undefined) throw new Error(`${scope.key} has nothing to undo`)
  const { handler, eventSubProcess } = nodeOfRecord(tx, record).compensation ?? {}
  const key =
    handler !== undefined && eventSubProcess === undefined
      ? activateNode(tx, handler, scope.key, { role: 'handler', record: record.key })
      : activateNode(tx, nodeOf(tx.graph, record.element), scope.key, {
          role: 'undo',
          record: record.key,
          ...(record.index === undefined ? {} : { index: record.index }),
        })
  setLocal(tx, key, record.snapshot)
}

function nodeOfRecord(tx: Transition, record: CompensationRecord): GraphNode {
  const node = nodeOf(tx.graph, record.element)
  return record.index === undefined ? node : (node.run ?? node)
}

/** A completed scope is open again, with its data: its compensation event sub-process undoes it, or each handler does. */
export function undoScope(tx: Transition, instance: ElementInstance, { compensation }: GraphNode): void {
  const { key } = instance
  if (compensation?.eventSubProcess !== undefined) {
    const { node, start } = compensation.eventSubProcess
    activateNode(tx, node, key, { start: start.id }, {})
    return
  }
  emit(tx, { type: 'compensation-started', key, from: [key] })
  tx.agenda.push({ kind: 'check-scope', scope: key })
}

/** What was done inside is undone; a handler that the scope has besides comes last. False when it has none, or had. */
export function callOwnHandler(tx: Transition, instance: ElementInstance, node: GraphNode): boolean {
  const handler = node.compensation?.handler
  if (handler === undefined || instance.extras.handled === true) return false
  activateNode(tx, handler, instance.key, { role: 'handler' })
  return true
}

/** Errors and escalations look for somebody who catches them: outwards, the innermost first (BPMN 2.0 §13.5.1). */
import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import type { Trigger } from '../model/program.ts'
import { alternatives, type GraphNode } from './graph.ts'
import { terminateInstance } from './lifecycle.ts'
import type { ElementInstance } from './state.ts'
import { elementInstance, emit, nodeOfInstance, type Transition } from './transition.ts'
import { fireBoundaryEvent, startEventSubProcess } from './trigger.ts'

export type Thrown = {
  readonly kind: 'error' | 'escalation'
  readonly code: string
  readonly message: string
  readonly variables: JsonObject
  /** Only for who names its code, or is attached to the thrower itself. */
  readonly meant?: true
}

type Catcher =
  | { readonly by: 'boundary'; readonly at: ElementInstance; readonly event: GraphNode }
  | { readonly by: 'event-sub-process'; readonly at: ElementInstance; readonly event: GraphNode }

/** Throws from an element instance. False when nobody inside this process instance catches it. */
export function throwFrom(tx: Transition, instance: ElementInstance, thrown: Thrown): boolean {
  const catcher = findCatcher(tx, instance, thrown)
  if (catcher === undefined) return false
  const { kind, code } = thrown
  emit(tx, { type: 'error-caught', kind, code, thrownBy: instance.key, caughtBy: catcher.event.id })
  if (catcher.by === 'boundary') fireBoundaryEvent(tx, catcher.at, catcher.event, thrown.variables)
  else startEventSubProcess(tx, catcher.at, catcher.event, thrown.variables)
  return true
}

/** Whether somebody inside this process instance catches it. */
export const isCaught = (tx: Transition, instance: ElementInstance, thrown: Thrown): boolean =>
  findCatcher(tx, instance, thrown) !== undefined

function findCatcher(tx: Transition, from: ElementInstance, thrown: Thrown): Catcher | undefined {
  let instance = from
  const takesAll = (): boolean => thrown.meant !== true || instance.element === from.element
  for (;;) {
    const node = nodeOfInstance(tx, instance)
    const boundary = bestMatch(boundaryEventsOf(instance, node), thrown, takesAll())
    if (boundary !== undefined) return { by: 'boundary', at: instance, event: boundary }
    if (instance.scope === undefined) return undefined
    const scope = elementInstance(tx, instance.scope)
    // What is thrown in an event sub-process is not for its siblings: it goes to the scope around.
    if (node.def.type !== 'event-sub-process') {
      const starts = nodeOfInstance(tx, scope).eventSubProcesses.map((candidate) => candidate.start)
      const start = bestMatch(starts, thrown, thrown.meant !== true)
      if (start !== undefined) return { by: 'event-sub-process', at: scope, event: start }
    }
    instance = scope
  }
}

/** What has completed and is entered again to undo it has no boundary any more: its token has gone on. */
const boundaryEventsOf = (
  { extras }: ElementInstance,
  { boundaryEvents }: GraphNode,
): GraphNode['boundaryEvents'] => (extras.role === 'undo' ? [] : boundaryEvents)

/** One that names the code comes before one that catches everything. */
function bestMatch<N extends GraphNode & { readonly def: { readonly trigger: Trigger } }>(
  events: readonly N[],
  thrown: Thrown,
  takesAll: boolean,
): N | undefined {
  let catchAll: N | undefined
  for (const event of events) {
    for (const trigger of alternatives(event.def.trigger)) {
      if (trigger.kind !== thrown.kind) continue
      if (trigger.code === thrown.code) return event
      if (trigger.code === undefined && takesAll) catchAll ??= event
    }
  }
  return catchAll
}

/**
 * Which errors of a called instance somebody around the call activity catches, here or further up. The catchers live at
 * least as long as the call, so the callee can rely on it.
 */
export function caughtErrors(tx: Transition, call: ElementInstance): readonly string[] | '*' | undefined {
  const above = tx.state.parent?.catches
  if (above === '*') return above
  const codes = new Set(above)
  for (const { code } of errorTriggers(tx, call)) {
    if (code === undefined) return '*'
    codes.add(code)
  }
  return codes.size === 0 ? undefined : [...codes]
}

/** Of everything that `findCatcher` would look at. */
function errorTriggers(
  tx: Transition,
  from: ElementInstance,
): readonly Extract<Trigger, { readonly kind: 'error' }>[] {
  const triggers: Trigger[] = []
  for (let instance: ElementInstance | undefined = from; instance !== undefined; ) {
    const node = nodeOfInstance(tx, instance)
    triggers.push(...boundaryEventsOf(instance, node).map((event) => event.def.trigger))
    const scope: ElementInstance | undefined =
      instance.scope === undefined ? undefined : elementInstance(tx, instance.scope)
    if (scope !== undefined && node.def.type !== 'event-sub-process') {
      triggers.push(...nodeOfInstance(tx, scope).eventSubProcesses.map(({ start }) => start.def.trigger))
    }
    instance = scope
  }
  return triggers.flatMap(alternatives).filter((trigger) => trigger.kind === 'error')
}

/** An error from outside the model (a worker, a called instance): caught here, or passed on to a caller who catches it. */
export function throwOrPassOn(tx: Transition, instance: ElementInstance, thrown: Thrown): boolean {
  if (throwFrom(tx, instance, thrown)) return true
  const catches = tx.state.parent?.catches
  if (catches === undefined || (catches !== '*' && !catches.includes(thrown.code))) return false
  endByError(tx, instance.key, thrown)
  return true
}

/** Nobody here catches an error: the instance ends, and a calling instance gets it. */
export function endByError(tx: Transition, thrownBy: Key, thrown: Thrown): void {
  const { code, message, variables } = thrown
  emit(tx, { type: 'error-uncaught', code, message, thrownBy })
  const { parent } = tx.state
  terminateInstance(tx)
  if (parent !== undefined) {
    emit(tx, {
      type: 'parent-notified',
      key: tx.keys.next(),
      parent,
      outcome: { kind: 'error', code, message, variables },
    })
  }
}

/** Nobody here catches an escalation: a calling instance may; this one goes on. */
export function escalateToParent(tx: Transition, thrown: Thrown): void {
  const { parent } = tx.state
  if (parent === undefined) return
  const { code, variables } = thrown
  emit(tx, {
    type: 'parent-notified',
    key: tx.keys.next(),
    parent,
    outcome: { kind: 'escalation', code, variables },
  })
}

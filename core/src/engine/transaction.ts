/** A transaction that is canceled (BPMN 2.0 §10.3.5, §13.5.4). */
import { alternatives, type GraphNode } from './graph.ts'
import { resolveIncidentsOf } from './incident.ts'
import { afterLeaving, terminateChildren, terminateElement } from './lifecycle.ts'
import type { ElementInstance } from './state.ts'
import { elementInstance, emit, nodeOfInstance, type Problem, type Transition } from './transition.ts'
import { fireBoundaryEvent, stopListening } from './trigger.ts'

/** The nearest transaction stops, undoes what it did, and leaves by its cancel boundary event (§13.5.4). */
export function cancelTransaction(tx: Transition, from: ElementInstance): Problem | undefined {
  const transaction = transactionAround(tx, from)
  if (transaction === undefined) {
    const message = `expected cancel end event '${from.element}' to be inside a transaction`
    return { type: 'UNHANDLED_ERROR_EVENT', message }
  }
  const { key } = transaction
  terminateChildren(tx, transaction)
  resolveIncidentsOf(tx, key)
  stopListening(tx, transaction)
  emit(tx, { type: 'compensation-started', key, from: [key], cancels: true })
  tx.agenda.push({ kind: 'check-scope', scope: key })
  return undefined
}

function transactionAround(tx: Transition, from: ElementInstance): ElementInstance | undefined {
  for (let { scope } = from; scope !== undefined; ) {
    const instance = elementInstance(tx, scope)
    const { def } = nodeOfInstance(tx, instance)
    if (def.type === 'sub-process' && def.transaction === true) return instance
    scope = instance.scope
  }
  return undefined
}

/** Everything is undone. A transaction that runs in a loop cancels the loop. Without cancel boundary event the token ends. */
export function leaveByCancel(tx: Transition, transaction: ElementInstance, node: GraphNode): void {
  const { scope, extras } = transaction
  if (scope === undefined) throw new Error(`transaction ${transaction.element} is in no scope`)
  const host = extras.index === undefined ? transaction : elementInstance(tx, scope)
  const boundary = (host === transaction ? node : nodeOfInstance(tx, host)).boundaryEvents.find(({ def }) =>
    alternatives(def.trigger).some(({ kind }) => kind === 'cancel'),
  )
  if (boundary !== undefined) {
    fireBoundaryEvent(tx, host, boundary, {})
    return
  }
  terminateElement(tx, host)
  if (host.scope !== undefined) afterLeaving(tx, host.scope, 0)
}

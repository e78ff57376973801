/** Activities without a fixed order (BPMN 2.0 §13.3.5). */
import type { JsonValue } from '../../base/json.ts'
import { failure, type Result, success } from '../../base/result.ts'
import type { AdHocSubProcessNode, ElementId } from '../../model/program.ts'
import { everyFlow } from '../flows.ts'
import { type GraphNode, nodeOf } from '../graph.ts'
import { completeElement, terminateChildren } from '../lifecycle.ts'
import type { ElementInstance } from '../state.ts'
import { activateNode } from '../token.ts'
import { type Behavior, emit, type Problem, type Transition } from '../transition.ts'
import { evaluate, evaluateCondition } from '../variables.ts'

type AdHoc = GraphNode<AdHocSubProcessNode>

export const adHocSubProcess: Behavior<AdHocSubProcessNode> = {
  activate: (tx, instance, node) => {
    const elements = firstElements(tx, instance, node)
    if (!elements.ok) return elements.error
    emit(tx, { type: 'activation-awaited', key: tx.keys.next(), elementInstanceKey: instance.key })
    if (node.def.sequential)
      emit(tx, { type: 'elements-enabled', key: instance.key, elements: elements.value })
    else for (const id of elements.value) activateNode(tx, nodeOf(tx.graph, id), instance.key)
    tx.agenda.push({ kind: 'check-scope', scope: instance.key })
    return undefined
  },
  leave: everyFlow,
  childCompletes: (tx, instance, node) => {
    const done = isDone(tx, instance, node)
    if (!done.ok) return done
    return success({ after: () => (done.value ? end(tx, instance, node) : undefined) })
  },
  drained: (tx, instance, node) => {
    const [next] = instance.extras.enabled ?? []
    if (next !== undefined) {
      activateNode(tx, nodeOf(tx.graph, next), instance.key)
      return undefined
    }
    const done = node.def.completionCondition === undefined ? success(true) : isDone(tx, instance, node)
    if (!done.ok) return done.error
    if (done.value) completeElement(tx, instance)
    return undefined
  },
}

function firstElements(
  tx: Transition,
  instance: ElementInstance,
  { def }: AdHoc,
): Result<readonly ElementId[], Problem> {
  if (def.activeElements === undefined) return success(def.starts)
  const result = evaluate(tx, def.activeElements, instance.key)
  if (!result.ok) return result
  const { value } = result
  const ids: readonly JsonValue[] = Array.isArray(value) ? value : [value]
  const unknown = ids.find((id) => typeof id !== 'string' || !def.starts.includes(id))
  if (unknown === undefined) return success(ids as readonly ElementId[])
  const message = `active elements: expected a list with ids out of ${def.starts.join(', ')}, but it has ${JSON.stringify(unknown)}`
  return failure({ type: 'EXTRACT_VALUE_ERROR', message })
}

function isDone(tx: Transition, instance: ElementInstance, { def }: AdHoc): Result<boolean, Problem> {
  if (def.completionCondition === undefined) return success(false)
  const what = `completion condition of '${instance.element}'`
  return evaluateCondition(tx, def.completionCondition, instance.key, what)
}

/** The condition holds: nothing more is activated, and what runs is ended or finished. */
function end(tx: Transition, instance: ElementInstance, { def }: AdHoc): void {
  if (def.sequential) emit(tx, { type: 'elements-enabled', key: instance.key, elements: [] })
  if (!def.cancelRemaining) return
  terminateChildren(tx, instance)
  completeElement(tx, instance)
}

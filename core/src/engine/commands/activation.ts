/** Choosing what an ad-hoc sub-process does next (BPMN 2.0 §13.3.5). */
import type { ActivateElements, Rejection } from '../command.ts'
import { nodeOf } from '../graph.ts'
import { terminateChildren } from '../lifecycle.ts'
import { activateNode } from '../token.ts'
import { emit, nodeOfInstance, type Transition } from '../transition.ts'
import { setLocal } from '../variables.ts'

/** A sequential one begins them in their order, as soon as nothing else runs inside. */
export function activateElements(tx: Transition, command: ActivateElements): Rejection | undefined {
  const { elementInstanceKey: key, elements, cancelRemaining } = command
  const instance = tx.state.elements.get(key)
  if (instance === undefined) return { kind: 'not-found', message: `no living element instance ${key}` }
  const { def } = nodeOfInstance(tx, instance)
  if (def.type !== 'ad-hoc-sub-process') {
    const message = `expected an instance of an ad-hoc sub-process, but ${key} is one of '${instance.element}'`
    return { kind: 'invalid', message }
  }
  for (const { element, variables } of elements) {
    if (!def.starts.includes(element)) {
      const message = `expected an activity of '${def.id}' that no flow leads to (${def.starts.join(', ')}), but it was '${element}'`
      return { kind: 'invalid', message }
    }
    if (def.sequential && Object.keys(variables).length > 0) {
      const message = `'${element}' begins later, for '${def.id}' is sequential: expected no variables for it`
      return { kind: 'invalid', message }
    }
  }
  if (cancelRemaining) terminateChildren(tx, instance)
  if (def.sequential) {
    const waiting = cancelRemaining ? [] : (instance.extras.enabled ?? [])
    emit(tx, {
      type: 'elements-enabled',
      key,
      elements: [...waiting, ...elements.map(({ element }) => element)],
    })
  } else {
    for (const { element, variables } of elements)
      setLocal(tx, activateNode(tx, nodeOf(tx.graph, element), key), variables)
  }
  tx.agenda.push({ kind: 'check-scope', scope: key })
  return undefined
}

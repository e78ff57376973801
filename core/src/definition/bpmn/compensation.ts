/** What undoes activities, and what asks for it (BPMN 2.0 §10.3.5, §10.5.7, §13.5.5). */
import type { Effect, ElementId } from '../../model/program.ts'
import { describe, type Element, elementOf, flagOf, isActivity, textOf } from './element.ts'
import type { NodeContext, NodeParts } from './node-context.ts'
import { isCompensationHandler, isEventSubProcess } from './scopes.ts'

/** The one compensation activity of the same scope that an association leads to; without one, nothing is undone. */
export function handlerOf(event: Element, parts: NodeParts, context: NodeContext): ElementId | undefined {
  const { associated, nodes } = context.tree
  const ends = [...(associated.get(parts.id) ?? [])]
  const found = ends.filter((id) => {
    const placed = nodes.get(id)
    return placed !== undefined && placed.scope === parts.scope && isCompensationHandler(placed.element)
  })
  if (found.length === 1) return found[0]
  const message = `expected an association of ${describe(event)} to one activity of its scope that is for compensation, got ${found.length || 'none'}`
  if (ends.some((id) => nodes.has(id))) context.log.error('COMPENSATION_WITHOUT_HANDLER', event, message)
  else context.log.warning('COMPENSATION_WITHOUT_HANDLER', event, message)
  return undefined
}

/** Scopes whose activities an event sees: its own and, out of an event sub-process, the one around that. */
function visibleScopes(event: Element, { tree }: NodeContext): readonly ElementId[] {
  const own = tree.nodes.get(textOf(event, 'id') ?? '')?.scope
  const around = tree.nodes.get(own ?? '')
  return [
    ...(own === undefined ? [] : [own]),
    ...(around !== undefined && isEventSubProcess(around.element) ? [around.scope] : []),
  ]
}

export function compensationEffect(
  definition: Element,
  event: Element,
  context: NodeContext,
): Effect | undefined {
  const wait = flagOf(definition, 'waitForCompletion') !== false
  const activity = elementOf(definition, 'activityRef')
  if (activity === undefined) return { kind: 'compensation', wait }
  const id = textOf(activity, 'id') ?? ''
  const scope = context.tree.nodes.get(id)?.scope
  const canBe = isActivity(activity) && !isCompensationHandler(activity) && !isEventSubProcess(activity)
  if (canBe && scope !== undefined && visibleScopes(event, context).includes(scope)) {
    return { kind: 'compensation', activity: id, wait }
  }
  const message = `expected ${describe(event)} to compensate an activity of its scope, got ${describe(activity)}`
  context.log.error('COMPENSATION_TARGET', event, message)
  return undefined
}

/** Ends the nearest transaction around it, at any depth. */
export function cancelEffect(event: Element, { tree, log }: NodeContext): Effect | undefined {
  let at = tree.nodes.get(textOf(event, 'id') ?? '')
  while (at !== undefined && at.element.$type !== 'bpmn:Transaction') at = tree.nodes.get(at.scope)
  if (at !== undefined) return { kind: 'cancel' }
  const message = `expected ${describe(event)} to stand in a transaction, got none around it`
  log.error('CANCEL_WITHOUT_TRANSACTION', event, message)
  return undefined
}

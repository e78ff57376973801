/** Event nodes. */
import type { Trigger } from '../../model/program.ts'
import { handlerOf } from './compensation.ts'
import { compileEffect } from './effects.ts'
import { describe, type Element, elementOf, flagOf, isActivity, textOf } from './element.ts'
import type { EventPlace } from './event-definitions.ts'
import { catchesRunsOf } from './loops.ts'
import type { BuildNode, NodeContext, NodeParts } from './node-context.ts'
import { isEventSubProcess } from './scopes.ts'
import { compileTrigger, partsOfTrigger } from './triggers.ts'

function startPlaceOf(scope: Element | undefined): EventPlace {
  if (scope === undefined || scope.$type === 'bpmn:Process') return 'process start'
  return isEventSubProcess(scope) ? 'event sub-process start' : 'sub-process start'
}

/** Why nothing can go on beside the event (BPMN 2.0 §10.5.6). */
const endsAll: ReadonlyMap<Trigger['kind'], string> = new Map([
  ['error', 'catches an error'],
  ['cancel', 'follows a canceled transaction'],
])

function checkInterrupts(
  event: Element,
  trigger: Trigger,
  interrupting: boolean,
  context: NodeContext,
): void {
  if (interrupting) return
  const why = partsOfTrigger(trigger)
    .map(({ kind }) => endsAll.get(kind))
    .find((reason) => reason !== undefined)
  if (why === undefined) return
  const message = `expected ${describe(event)} to interrupt, because it ${why}`
  context.log.error('INVALID_EVENT_POSITION', event, message)
}

export const buildStartEvent: BuildNode = (element, parts, context) => {
  const scope = context.tree.scopes.get(parts.scope ?? '')?.element
  const trigger = compileTrigger(element, startPlaceOf(scope), context)
  if (trigger === undefined) return undefined
  const interrupting = flagOf(element, 'isInterrupting') !== false
  if (scope !== undefined && isEventSubProcess(scope)) {
    checkInterrupts(element, trigger, interrupting, context)
  }
  return { ...parts, type: 'start-event', trigger, interrupting }
}

export const buildCatchEvent: BuildNode = (element, parts, context) => {
  const trigger = compileTrigger(element, 'intermediate catch', context)
  return trigger && { ...parts, type: 'catch-event', trigger }
}

/** A boundary event with what only its host and its associations say of it. */
function completed(trigger: Trigger, element: Element, parts: NodeParts, context: NodeContext): Trigger {
  if (trigger.kind === 'compensation') {
    const handler = handlerOf(element, parts, context)
    return handler === undefined ? trigger : { ...trigger, handler }
  }
  const host = elementOf(element, 'attachedToRef')
  if (trigger.kind === 'cancel' && host?.$type !== 'bpmn:Transaction') {
    const came = host === undefined ? 'none' : describe(host)
    const message = `expected ${describe(element)} to be attached to a transaction, got ${came}`
    context.log.error('CANCEL_WITHOUT_TRANSACTION', element, message)
  }
  return trigger
}

export const buildBoundaryEvent: BuildNode = (element, parts, context) => {
  const trigger = compileTrigger(element, 'boundary', context)
  const host = elementOf(element, 'attachedToRef')
  const attachedTo = textOf(host, 'id')
  const hostScope = context.tree.nodes.get(attachedTo ?? '')?.scope
  const canHost = host !== undefined && isActivity(host) && !isEventSubProcess(host)
  if (attachedTo === undefined || !canHost || hostScope !== parts.scope) {
    const came = host === undefined ? 'none' : describe(host)
    const message = `expected ${describe(element)} to be attached to an activity of its scope, got ${came}`
    context.log.error('BOUNDARY_WITHOUT_HOST', element, message)
    return undefined
  }
  if (trigger === undefined) return undefined
  const stated = flagOf(element, 'cancelActivity') !== false
  checkInterrupts(element, trigger, stated, context)
  return {
    ...parts,
    type: 'boundary-event',
    trigger: completed(trigger, element, parts, context),
    attachedTo,
    // What is compensated has completed.
    interrupting: stated && trigger.kind !== 'compensation' && !catchesRunsOf(host, element),
  }
}

const buildThrow =
  (place: 'intermediate throw' | 'end'): BuildNode =>
  (element, parts, context) => {
    const effect = compileEffect(element, place, context)
    return effect && { ...parts, type: 'throw-event', effect }
  }

export const buildThrowEvent = buildThrow('intermediate throw')
export const buildEndEvent = buildThrow('end')

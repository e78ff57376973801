/** Event nodes. */

import { compileEffect } from './effects.ts'
import { describe, type Element, elementOf, flagOf, isActivity, textOf } from './element.ts'
import type { EventPlace } from './event-definitions.ts'
import type { BuildNode, NodeContext } from './node-context.ts'
import { isEventSubProcess } from './scopes.ts'
import { compileTrigger } from './triggers.ts'

function startPlaceOf(scope: Element | undefined): EventPlace {
  if (scope === undefined || scope.$type === 'bpmn:Process') return 'process start'
  return isEventSubProcess(scope) ? 'event sub-process start' : 'sub-process start'
}

/** An error ends what it happened in, so nothing can go on beside its handler (BPMN 2.0 §10.5.6). */
function checkInterrupts(event: Element, trigger: string, interrupting: boolean, context: NodeContext): void {
  if (trigger !== 'error' || interrupting) return
  context.log.error(
    'INVALID_EVENT_POSITION',
    event,
    `expected ${describe(event)} to interrupt, because it catches an error`,
  )
}

export const buildStartEvent: BuildNode = (element, parts, context) => {
  const scope = context.tree.scopes.get(parts.scope ?? '')?.element
  const trigger = compileTrigger(element, startPlaceOf(scope), context)
  if (trigger === undefined) return undefined
  if (scope !== undefined && isEventSubProcess(scope)) {
    checkInterrupts(element, trigger.kind, flagOf(element, 'isInterrupting') !== false, context)
  }
  return { ...parts, type: 'start-event', trigger }
}

export const buildCatchEvent: BuildNode = (element, parts, context) => {
  const trigger = compileTrigger(element, 'intermediate catch', context)
  return trigger && { ...parts, type: 'catch-event', trigger }
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
  const interrupting = flagOf(element, 'cancelActivity') !== false
  checkInterrupts(element, trigger.kind, interrupting, context)
  return { ...parts, type: 'boundary-event', trigger, attachedTo, interrupting }
}

const buildThrow =
  (place: 'intermediate throw' | 'end'): BuildNode =>
  (element, parts, context) => {
    const effect = compileEffect(element, place, context)
    return effect && { ...parts, type: 'throw-event', effect }
  }

export const buildThrowEvent = buildThrow('intermediate throw')
export const buildEndEvent = buildThrow('end')

/** Events: catching ones wait, throwing ones act. */
import type {
  BoundaryEventNode,
  CatchEventNode,
  StartEventNode,
  ThrowEventNode,
} from '../../model/program.ts'
import { applyEffect } from '../effect.ts'
import { everyFlow } from '../flows.ts'
import { completeElement } from '../lifecycle.ts'
import type { Behavior } from '../transition.ts'
import { setLocal } from '../variables.ts'
import { openWaits } from '../waits.ts'

/** What started an event sub-process belongs to it, not to the scope around. */
export const startEvent: Behavior<StartEventNode> = {
  activate: (tx, instance, _node, payload) => {
    if (payload !== undefined && instance.scope !== undefined) setLocal(tx, instance.scope, payload)
    completeElement(tx, instance)
    return undefined
  },
  leave: everyFlow,
}

export const catchEvent: Behavior<CatchEventNode> = {
  activate: (tx, instance, node, payload) => {
    if (payload === undefined && node.def.trigger.kind !== 'none') return openWaits(tx, instance.key, [node])
    completeElement(tx, instance, payload)
    return undefined
  },
  leave: everyFlow,
}

/** Activated only when it has been triggered. */
export const boundaryEvent: Behavior<BoundaryEventNode> = {
  activate: (tx, instance, _node, payload) => {
    completeElement(tx, instance, payload)
    return undefined
  },
  leave: everyFlow,
}

export const throwEvent: Behavior<ThrowEventNode> = {
  activate: (tx, instance, node) => applyEffect(tx, instance, node.def.effect),
  leave: everyFlow,
}

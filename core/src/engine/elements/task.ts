/** Tasks: work that the engine waits for, or does not need to. */
import type {
  ExpressionTaskNode,
  JobTaskNode,
  PassTaskNode,
  ReceiveTaskNode,
  SendTaskNode,
} from '../../model/program.ts'
import { applyEffect } from '../effect.ts'
import { everyFlow } from '../flows.ts'
import { createJob } from '../job.ts'
import { completeElement } from '../lifecycle.ts'
import type { Behavior } from '../transition.ts'
import { evaluate } from '../variables.ts'
import { openWaits } from '../waits.ts'

/** Manual and undefined tasks: nothing that the engine could do or wait for (BPMN 2.0 §13.3.3). */
export const passTask: Behavior<PassTaskNode> = {
  activate: (tx, instance) => {
    completeElement(tx, instance)
    return undefined
  },
  leave: everyFlow,
}

export const jobTask: Behavior<JobTaskNode> = {
  activate: (tx, instance, node) => createJob(tx, instance, node.def.job),
  leave: everyFlow,
}

export const expressionTask: Behavior<ExpressionTaskNode> = {
  activate: (tx, instance, node) => {
    const value = evaluate(tx, node.def.expression, instance.key)
    if (!value.ok) return value.error
    completeElement(tx, instance, { [node.def.resultVariable]: value.value })
    return undefined
  },
  leave: everyFlow,
}

export const receiveTask: Behavior<ReceiveTaskNode> = {
  activate: (tx, instance, node, payload) => {
    if (payload === undefined) return openWaits(tx, instance.key, [node])
    completeElement(tx, instance, payload)
    return undefined
  },
  leave: everyFlow,
}

export const sendTask: Behavior<SendTaskNode> = {
  activate: (tx, instance, node) => applyEffect(tx, instance, node.def.effect),
  leave: everyFlow,
}

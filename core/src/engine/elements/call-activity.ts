/** Another process as a step of this one: an instance of its own, asked for and answered through the outbox. */
import { limits } from '../../base/limits.ts'
import type { CallActivityNode } from '../../model/program.ts'
import { caughtErrors } from '../error.ts'
import { everyFlow } from '../flows.ts'
import { type Behavior, elementInstance, emit } from '../transition.ts'
import { evaluateText, visibleVariables } from '../variables.ts'

export const callActivity: Behavior<CallActivityNode> = {
  activate: (tx, instance, node) => {
    const { call } = node.def
    const processId = evaluateText(tx, call.processId, instance.key, 'called process id')
    if (!processId.ok) return processId.error
    const depth = (tx.state.parent?.depth ?? 0) + 1
    if (depth > limits.callDepth) {
      const message = `stopped at '${instance.element}': calls are nested deeper than ${limits.callDepth}; does the process call itself?`
      return { type: 'STEP_LIMIT', message }
    }
    const catches = caughtErrors(tx, instance)
    emit(tx, {
      type: 'call-started',
      elementInstanceKey: instance.key,
      childKey: tx.keys.next(),
      processId: processId.value,
      binding: call.binding,
      ...(call.versionTag === undefined ? {} : { versionTag: call.versionTag }),
      variables: call.propagateAllParentVariables
        ? visibleVariables(tx.state, instance.key)
        : elementInstance(tx, instance.key).variables,
      depth,
      ...(catches === undefined ? {} : { catches }),
    })
    return undefined
  },
  leave: everyFlow,
}

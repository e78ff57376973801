import { operation } from '../operation.ts'
import { startBatch } from './start.ts'

export const modifyProcessInstances = operation({
  id: 'modifyProcessInstances',
  target: (_, answer) => answer.batchOperationKey,
  run: (context, { body }, caller) => {
    const move = body.moveInstructions.map(({ sourceElementId, targetElementId }) => ({
      from: { element: sourceElementId },
      to: targetElementId,
      ancestor: 'inferred' as const,
      variables: [],
    }))
    return startBatch(context, caller, {
      type: 'MODIFY_PROCESS_INSTANCE',
      items: 'moving',
      filter: body.filter,
      plan: { kind: 'command', command: { type: 'modify-instance', activate: [], terminate: [], move } },
    })
  },
})

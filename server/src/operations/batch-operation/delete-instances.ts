import { operation } from '../operation.ts'
import { startBatch } from './start.ts'

export const deleteProcessInstances = operation({
  id: 'deleteProcessInstances',
  target: (_, answer) => answer.batchOperationKey,
  run: (context, { body }, caller) =>
    startBatch(context, caller, {
      type: 'DELETE_PROCESS_INSTANCE',
      items: 'ended',
      filter: body.filter,
      plan: { kind: 'delete-instance' },
    }),
})

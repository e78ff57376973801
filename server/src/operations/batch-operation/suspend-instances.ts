import { operation } from '../operation.ts'
import { startBatch } from './start.ts'

export const suspendProcessInstances = operation({
  id: 'suspendProcessInstances',
  target: (_, answer) => answer.batchOperationKey,
  run: (context, { body }, caller) =>
    startBatch(context, caller, {
      type: 'SUSPEND_PROCESS_INSTANCE',
      items: 'moving',
      filter: body.filter,
      plan: { kind: 'command', command: { type: 'suspend-instance' } },
    }),
})

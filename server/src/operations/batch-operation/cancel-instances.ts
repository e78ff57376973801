import { operation } from '../operation.ts'
import { startBatch } from './start.ts'

export const cancelProcessInstances = operation({
  id: 'cancelProcessInstances',
  target: (_, answer) => answer.batchOperationKey,
  run: (context, { body }, caller) =>
    startBatch(context, caller, {
      type: 'CANCEL_PROCESS_INSTANCE',
      items: 'running',
      filter: body.filter,
      plan: { kind: 'command', command: { type: 'cancel-instance' } },
    }),
})

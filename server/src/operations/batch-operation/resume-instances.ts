import { operation } from '../operation.ts'
import { startBatch } from './start.ts'

export const resumeProcessInstances = operation({
  id: 'resumeProcessInstances',
  target: (_, answer) => answer.batchOperationKey,
  run: (context, { body }, caller) =>
    startBatch(context, caller, {
      type: 'RESUME_PROCESS_INSTANCE',
      items: 'suspended',
      filter: body.filter,
      plan: { kind: 'command', command: { type: 'resume-instance' } },
    }),
})

import { operation } from '../operation.ts'
import { startBatch } from './start.ts'

export const updateJobRetries = operation({
  id: 'updateJobRetries',
  target: (_, answer) => answer.batchOperationKey,
  run: (context, { body }, caller) =>
    startBatch(context, caller, {
      type: 'UPDATE_JOB_RETRIES',
      items: 'jobs',
      filter: body.filter,
      plan: { kind: 'update-retries', retries: body.retries },
    }),
})

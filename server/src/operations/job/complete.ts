import { operation } from '../operation.ts'
import { submitForJob } from '../submit.ts'
import { completion } from './commands.ts'

export const completeJob = operation({
  id: 'completeJob',
  run: (context, { params, body }) =>
    submitForJob(context, params.jobKey, (jobKey) => completion(jobKey, body?.variables, body?.result)),
})

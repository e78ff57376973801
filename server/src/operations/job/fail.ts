import { operation } from '../operation.ts'
import { submitForJob } from '../submit.ts'
import { failureOf } from './commands.ts'

export const failJob = operation({
  id: 'failJob',
  run: (context, { params, body }) =>
    submitForJob(context, params.jobKey, (jobKey) => failureOf(jobKey, body)),
})

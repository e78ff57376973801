import { operation } from '../operation.ts'
import { submitForJob } from '../submit.ts'
import { errorOf } from './commands.ts'

export const throwJobError = operation({
  id: 'throwJobError',
  run: (context, { params, body }) => submitForJob(context, params.jobKey, (jobKey) => errorOf(jobKey, body)),
})

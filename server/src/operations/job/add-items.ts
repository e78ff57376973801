import { operation } from '../operation.ts'
import { submitToJob } from '../submit.ts'

export const addJobItems = operation({
  id: 'addJobItems',
  run: (context, { params, body }) =>
    submitToJob(context, params.jobKey, (jobKey) => ({ type: 'add-items', jobKey, ...body })),
})

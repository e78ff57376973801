import { operation } from '../operation.ts'
import { controlBatch } from './control.ts'

export const resumeBatchOperation = operation({
  id: 'resumeBatchOperation',
  target: ({ params }) => params.batchOperationKey,
  run: (context, { params }) => controlBatch(context, params.batchOperationKey, 'resume'),
})

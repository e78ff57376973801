import { operation } from '../operation.ts'
import { controlBatch } from './control.ts'

export const cancelBatchOperation = operation({
  id: 'cancelBatchOperation',
  target: ({ params }) => params.batchOperationKey,
  run: (context, { params }) => controlBatch(context, params.batchOperationKey, 'cancel'),
})

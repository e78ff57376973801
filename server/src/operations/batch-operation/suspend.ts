import { operation } from '../operation.ts'
import { controlBatch } from './control.ts'

export const suspendBatchOperation = operation({
  id: 'suspendBatchOperation',
  target: ({ params }) => params.batchOperationKey,
  run: (context, { params }) => controlBatch(context, params.batchOperationKey, 'suspend'),
})

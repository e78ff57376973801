import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import { recordsOf, refuseRecord } from './record-answer.ts'

export const deleteRecord = operation({
  id: 'deleteRecord',
  target: ({ params }) => `${params.application}/${params.model}/${params.recordId}`,
  run: async (context, { params: { application, model, recordId } }) => {
    const records = recordsOf(context, application)
    if (!records.ok) return records
    const deleted = await records.value.delete(model, recordId)
    if (!deleted.ok) return refuseRecord(deleted.error)
    return deleted.value
      ? success(undefined)
      : refuse('NOT_FOUND', `there is no ${model} with id ${recordId}`)
  },
})

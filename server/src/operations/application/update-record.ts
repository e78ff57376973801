import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { recordAnswer, recordsOf, refuseRecord } from './record-answer.ts'

export const updateRecord = operation({
  id: 'updateRecord',
  target: ({ params }) => `${params.application}/${params.model}/${params.recordId}`,
  run: async (context, { params: { application, model, recordId }, body }) => {
    const records = recordsOf(context, application)
    if (!records.ok) return records
    const updated = await records.value.update(model, recordId, body.data, body.version)
    return updated.ok ? success(recordAnswer(model, updated.value)) : refuseRecord(updated.error)
  },
})

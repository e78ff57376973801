import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { recordAnswer, recordsOf, refuseRecord } from './record-answer.ts'

export const getRecord = operation({
  id: 'getRecord',
  run: async (context, { params: { application, model, recordId } }) => {
    const records = recordsOf(context, application)
    if (!records.ok) return records
    const found = await records.value.get(model, recordId)
    return found.ok ? success(recordAnswer(model, found.value)) : refuseRecord(found.error)
  },
})

import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { recordsOf, refuseRecord } from './record-answer.ts'

export const searchRecords = operation({
  id: 'searchRecords',
  run: async (context, { params: { application, model }, body }) => {
    const records = recordsOf(context, application)
    if (!records.ok) return records
    const found = await records.value.search(model, body ?? {})
    return found.ok ? success(found.value) : refuseRecord(found.error)
  },
})

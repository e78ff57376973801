import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { recordAnswer, recordsOf, refuseRecord } from './record-answer.ts'

export const createRecord = operation({
  id: 'createRecord',
  target: ({ params }, answer) => `${params.application}/${params.model}/${answer.id}`,
  run: async (context, { params: { application, model }, body }) => {
    const records = recordsOf(context, application)
    if (!records.ok) return records
    const created = await records.value.create(model, body.id, body.data)
    return created.ok ? success(recordAnswer(model, created.value)) : refuseRecord(created.error)
  },
})

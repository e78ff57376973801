import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchSchedules = operation({
  id: 'searchSchedules',
  run: async ({ reads, execution }, { body }) =>
    success(await reads.search.schedules(body ?? {}, execution.now())),
})

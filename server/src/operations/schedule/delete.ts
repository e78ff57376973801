import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound, refuse } from '../refusal.ts'

export const deleteSchedule = operation({
  id: 'deleteSchedule',
  target: ({ params }) => params.scheduleKey,
  run: async ({ schedules }, { params: { scheduleKey } }) => {
    const key = keyOf('schedule', scheduleKey)
    if (!key.ok) return key
    const found = await schedules.findSchedule(key.value)
    if (found === undefined) return notFound('schedule', scheduleKey)
    if (found.origin === 'definition') {
      const detail = `schedule ${scheduleKey} is said by ${found.definitionId}: pause it, or deploy that without it`
      return refuse('INVALID_STATE', detail)
    }
    await schedules.deleteSchedule(key.value)
    return success(undefined)
  },
})

import type { Schedule } from '@braid/contract/schedule.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { type Context, operation } from '../operation.ts'
import { notFound, type Refusal } from '../refusal.ts'

/** As it is stored now. */
export async function findSchedule(context: Context, keyText: string): Promise<Result<Schedule, Refusal>> {
  const key = keyOf('schedule', keyText)
  if (!key.ok) return key
  const found = await context.reads.getSchedule(key.value, context.execution.now())
  return found === undefined ? notFound('schedule', keyText) : success(found)
}

export const getSchedule = operation({
  id: 'getSchedule',
  run: (context, { params }) => findSchedule(context, params.scheduleKey),
})

import type { RouteRequest } from '@braid/contract/route.ts'
import type { scheduleRoutes } from '@braid/contract/schedule.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import { nextTime } from '@braid/core/base/schedule-timing.ts'
import type { StoredSchedule } from '../../store/schedule-port.ts'
import { keyOf } from '../keys.ts'
import { type Caller, type Context, operation } from '../operation.ts'
import { notFound, type Refusal, refuse } from '../refusal.ts'
import { checkTiming, inputFlaw, noTimeFollows } from './check-content.ts'
import { mayStartBy, noVariants } from './definition-kind.ts'
import { findSchedule } from './get.ts'

type Change = RouteRequest<(typeof scheduleRoutes)['updateSchedule']>['body']

export const updateSchedule = operation({
  id: 'updateSchedule',
  target: ({ params }) => params.scheduleKey,
  run: async (context, { params: { scheduleKey }, body }, caller) => {
    const key = keyOf('schedule', scheduleKey)
    if (!key.ok) return key
    const found = await context.schedules.findSchedule(key.value)
    if (found === undefined) return notFound('schedule', scheduleKey)
    const checked = await checkChange(context, found, body, caller)
    if (!checked.ok) return checked
    const stored = await context.schedules.changeSchedule(key.value, body, context.execution.now())
    if (stored === 'taken') {
      return refuse(
        'INVALID_STATE',
        `${found.definitionId} has a schedule with the name ${body.name} already`,
      )
    }
    if (stored === 'not-found') return notFound('schedule', scheduleKey)
    context.schedules.changed()
    return findSchedule(context, scheduleKey)
  },
})

async function checkChange(
  context: Context,
  found: StoredSchedule,
  { paused, ...content }: Change,
  caller: Caller,
): Promise<Result<undefined, Refusal>> {
  const changesContent = Object.values(content).some((value) => value !== undefined)
  if (found.origin === 'definition' && changesContent) {
    const detail = `the schedule is said by ${found.definitionId}: change it there; here it can be paused and resumed`
    return refuse('INVALID_STATE', detail)
  }
  const flaw = inputFlaw(content.input)
  if (flaw !== undefined) return flaw
  if (found.kind !== 'dag' && typeof content.variant === 'string') return noVariants(found.kind)
  if (content.timing !== undefined) {
    const timing = checkTiming(content.timing)
    if (!timing.ok) return timing
    const now = context.execution.now()
    if (nextTime(timing.value, now, now) === undefined) return noTimeFollows(content.timing.at)
  }
  return changesContent || paused === false ? mayStartBy(context, found, caller) : success(undefined)
}

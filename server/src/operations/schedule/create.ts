import { formatKey } from '@braid/core/base/key.ts'
import { nextTime } from '@braid/core/base/schedule-timing.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import { checkTiming, inputFlaw, noTimeFollows } from './check-content.ts'
import { kindOf, mayStart } from './definition-kind.ts'
import { findSchedule } from './get.ts'

export const createSchedule = operation({
  id: 'createSchedule',
  target: (_, answer) => answer.scheduleKey,
  run: async (context, { body }, caller) => {
    const timing = checkTiming(body.timing)
    if (!timing.ok) return timing
    const flaw = inputFlaw(body.input)
    if (flaw !== undefined) return flaw
    const kind = await kindOf(context, body, caller)
    if (!kind.ok) return kind
    const may = mayStart(kind.value, caller)
    if (!may.ok) return may
    const at = context.execution.now()
    const next = nextTime(timing.value, at, at)
    if (next === undefined) return noTimeFollows(body.timing.at)
    const key = await context.execution.nextKey()
    const createdBy = caller.identity?.username ?? ''
    const stored = await context.schedules.createSchedule({
      ...body,
      key,
      kind: kind.value,
      at,
      createdBy,
      nextTime: next,
    })
    if (stored === 'taken') {
      return refuse('INVALID_STATE', `${body.definitionId} has a schedule with the name ${body.name} already`)
    }
    if (stored === 'full') return refuse('INVALID_STATE', 'there are as many schedules as there may be')
    context.schedules.changed()
    return findSchedule(context, formatKey(key))
  },
})

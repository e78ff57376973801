import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'

export const pinClock = operation({
  id: 'pinClock',
  target: () => undefined,
  run: async ({ controlledClock, execution, schedules }, { body }) => {
    if (controlledClock === undefined) return refuse('FORBIDDEN', 'this needs BRAID_CONTROLLED_CLOCK=true')
    await controlledClock.pin(body.timestamp)
    execution.clockMoved()
    schedules.changed()
    return success(undefined)
  },
})

import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'

export const resetClock = operation({
  id: 'resetClock',
  target: () => undefined,
  run: async ({ controlledClock, execution, schedules }) => {
    if (controlledClock === undefined) return refuse('FORBIDDEN', 'this needs BRAID_CONTROLLED_CLOCK=true')
    controlledClock.reset()
    execution.clockMoved()
    schedules.changed()
    return success(undefined)
  },
})

/** Which elements tokens have left, as the simulator counts: in the order of the events. */
import { nodeOf } from '@braid/core/engine/graph.ts'
import type { Commit } from '../../support/engine-driver.ts'
import type { Adapted } from './adapt.ts'

/**
 * An activity that an interrupting boundary event ends has been left too; what a scope takes down with it has not. A
 * message flow carries something when its source is done.
 */
export function exitsOf({ instance, events }: Commit, { messageFlows, pools }: Adapted): readonly string[] {
  const { graph } = instance.definition
  return events.flatMap((event): readonly string[] => {
    if (event.type === 'flow-taken') return [event.flow]
    if (event.type === 'element-completed') {
      const sent = messageFlows.filter(({ source }) => source === event.element).map(({ id }) => id)
      return [pools.get(event.element) ?? event.element, ...sent]
    }
    if (event.type !== 'element-activated') return []
    const { def } = nodeOf(graph, event.element)
    return def.type === 'boundary-event' && def.interrupting ? [def.attachedTo] : []
  })
}

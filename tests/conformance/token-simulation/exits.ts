/** Which elements tokens have left, as the simulator counts: in the order of the events. */
import type { Event } from '@braid/core/engine/event.ts'
import { type Graph, nodeOf } from '@braid/core/engine/graph.ts'
import type { BoundaryEventNode } from '@braid/core/model/program.ts'
import type { Commit } from '../../support/engine-driver.ts'
import type { Adapted } from './adapt.ts'

/** To the simulator a canceled transaction lives until its boundary event has been left. */
const endsBehind = (def: BoundaryEventNode): boolean => def.trigger.kind === 'cancel'

/** The activity that an interrupting boundary event ends. */
function endedBy(graph: Graph, event: Event): readonly string[] {
  if (event.type !== 'element-activated' && event.type !== 'element-completed') return []
  const { def } = nodeOf(graph, event.element)
  if (def.type !== 'boundary-event' || !def.interrupting) return []
  return endsBehind(def) === (event.type === 'element-completed') ? [def.attachedTo] : []
}

/** A terminate event takes down its scope, and itself with it. */
function endsItself(graph: Graph, { element }: { readonly element: string }): boolean {
  const { def } = nodeOf(graph, element)
  return def.type === 'throw-event' && def.effect.kind === 'terminate'
}

/**
 * An activity that an interrupting boundary event ends has been left too; what a scope takes down with it has not. A
 * message flow carries something when its source is done.
 */
export function exitsOf({ instance, events }: Commit, { messageFlows, pools }: Adapted): readonly string[] {
  const { graph } = instance.definition
  return events.flatMap((event): readonly string[] => {
    if (event.type === 'flow-taken') return [event.flow]
    const ended = endedBy(graph, event)
    if (event.type !== 'element-completed' || endsItself(graph, event)) return ended
    const sent = messageFlows.filter(({ source }) => source === event.element).map(({ id }) => id)
    return [pools.get(event.element) ?? event.element, ...ended, ...sent]
  })
}

/** Events of the log with what they are about, in the words of the diagram. */
import type { ProcessEvent } from '@braid/contract/event.ts'
import type { Frame, InstanceView, WireKey } from '../live/instance-view.ts'
import { type ElementNames, nameOf, runName } from './element-names.ts'

export type LoggedEvent = {
  readonly id: string
  readonly at: number
  readonly event: ProcessEvent
  /** Id of the element that it is about. */
  readonly element: string | undefined
  /** "Book hotel, run 2 · listener at the start". */
  readonly about: string
}

/** Jobs, timers, waits… are named by their key alone once they exist: whose they are. */
type Owners = Map<WireKey, WireKey>

function instanceOf(event: ProcessEvent, owners: Owners): WireKey | undefined {
  if ('elementInstanceKey' in event) return event.elementInstanceKey
  if ('thrownBy' in event) return event.thrownBy
  if ('scope' in event && event.type !== 'element-activated') return event.scope
  return 'key' in event ? (owners.get(event.key) ?? event.key) : undefined
}

/** What there is to say besides the name of the element; long texts stay in the details. */
function remark(event: ProcessEvent, names: ElementNames): string {
  switch (event.type) {
    case 'flow-taken':
      return `along ${event.flow}${event.waits === true ? ', waits at a join' : ''}`
    case 'loop-counted':
      return event.count === 1 ? '1 run' : `${event.count.toLocaleString()} runs`
    case 'compensation-started':
      return `undoes ${event.activity === undefined ? 'all that has completed' : nameOf(names, event.activity)}`
    case 'elements-enabled':
      return event.elements.map((element) => nameOf(names, element)).join(', ')
    case 'condition-changed':
      return event.met ? 'holds now' : 'holds no more'
    case 'job-created':
      return event.listener === undefined
        ? event.jobType
        : `${event.jobType}, listener on ${event.listener.on}`
    case 'variables-set':
      return Object.keys(event.variables).join(', ')
    case 'error-caught':
      return `${event.code}, caught by ${nameOf(names, event.caughtBy)}`
    case 'error-uncaught':
    case 'escalation-received':
      return event.code
    case 'incident-raised':
      return event.message
    case 'instance-modified':
      return `${event.activated.length} begun, ${event.terminated.length} ended`
    case 'instance-migrated':
      return `now ${event.processId}`
    default:
      return ''
  }
}

/** Of all frames, in their order. */
export function loggedEvents(
  frames: readonly Frame[],
  view: InstanceView,
  names: ElementNames,
): readonly LoggedEvent[] {
  const owners: Owners = new Map()
  return frames.flatMap(({ version, at, events }) =>
    events.map((event, index): LoggedEvent => {
      if ('key' in event && 'elementInstanceKey' in event) owners.set(event.key, event.elementInstanceKey)
      const owner = instanceOf(event, owners)
      const run = owner === undefined ? undefined : view.runs.get(owner)
      const element = 'element' in event ? event.element : run?.element
      // The process itself is the whole page: it needs no name.
      const inside = owner !== undefined && run?.scope !== undefined
      const name = inside ? runName(owner, view, names) : element === undefined ? '' : nameOf(names, element)
      const about = [name, remark(event, names)].filter((part) => part !== undefined && part !== '')
      return { id: `${version}.${index}`, at, event, element, about: about.join(' · ') }
    }),
  )
}

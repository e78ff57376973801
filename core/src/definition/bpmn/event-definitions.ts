/** What an event is about, and where the standard allows it (BPMN 2.0 §10.5, tables 10.84 to 10.90). */
import { describe, type Element, elementsOf } from './element.ts'
import type { FindingLog } from './finding.ts'

export type EventKind =
  | 'none'
  | 'message'
  | 'timer'
  | 'signal'
  | 'error'
  | 'escalation'
  | 'link'
  | 'terminate'

export type EventPlace =
  | 'process start'
  | 'sub-process start'
  | 'event sub-process start'
  | 'intermediate catch'
  | 'boundary'
  | 'intermediate throw'
  | 'end'

/** Kinds that Braid executes. */
const kinds: ReadonlyMap<string, EventKind> = new Map([
  ['bpmn:MessageEventDefinition', 'message'],
  ['bpmn:TimerEventDefinition', 'timer'],
  ['bpmn:SignalEventDefinition', 'signal'],
  ['bpmn:ErrorEventDefinition', 'error'],
  ['bpmn:EscalationEventDefinition', 'escalation'],
  ['bpmn:LinkEventDefinition', 'link'],
  ['bpmn:TerminateEventDefinition', 'terminate'],
])

const allowedKinds: Readonly<Record<EventPlace, readonly EventKind[]>> = {
  'process start': ['none', 'message', 'timer', 'signal'],
  'sub-process start': ['none'],
  'event sub-process start': ['message', 'timer', 'signal', 'error', 'escalation'],
  'intermediate catch': ['message', 'timer', 'signal', 'link'],
  boundary: ['message', 'timer', 'signal', 'error', 'escalation'],
  'intermediate throw': ['none', 'message', 'signal', 'escalation', 'link'],
  end: ['none', 'message', 'signal', 'error', 'escalation', 'terminate'],
}

/** Event definitions inside the event and those that it refers to at the file's top level. */
export const definitionsOf = (event: Element): readonly Element[] => [
  ...elementsOf(event, 'eventDefinitions'),
  ...elementsOf(event, 'eventDefinitionRef'),
]

/** The event's kind with its definition, if it is one that can stand there. */
export function eventKindOf(
  event: Element,
  place: EventPlace,
  log: FindingLog,
): { readonly kind: EventKind; readonly definition?: Element } | undefined {
  const [definition, ...more] = definitionsOf(event)
  if (more.length > 0) {
    log.error(
      'UNSUPPORTED_ELEMENT',
      event,
      `${describe(event)} has several event definitions, which is not supported`,
    )
    return undefined
  }
  const kind = definition === undefined ? 'none' : kinds.get(definition.$type)
  if (kind === undefined) {
    log.error(
      'UNSUPPORTED_ELEMENT',
      event,
      `${describe(event)} has a ${definition?.$type}, which is not supported`,
    )
    return undefined
  }
  if (allowedKinds[place].includes(kind)) return definition === undefined ? { kind } : { kind, definition }
  const message = `expected ${describe(event)} at ${place} to be one of ${allowedKinds[place].join(', ')}, got ${kind}`
  if (place === 'sub-process start') log.error('SUB_PROCESS_START', event, message)
  else if (kind !== 'none') log.error('INVALID_EVENT_POSITION', event, message)
  else
    log.error(
      place === 'event sub-process start' ? 'EVENT_SUB_PROCESS_START' : 'MISSING_TRIGGER',
      event,
      message,
    )
  return undefined
}

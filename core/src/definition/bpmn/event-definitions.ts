/** What an event is about, and where the standard allows it (BPMN 2.0 §10.5, tables 10.84 to 10.90). */
import { describe, type Element, elementsOf, flagOf } from './element.ts'
import type { FindingCode, FindingLog } from './finding.ts'

export type EventKind =
  | 'none'
  | 'message'
  | 'timer'
  | 'signal'
  | 'error'
  | 'escalation'
  | 'conditional'
  | 'compensation'
  | 'cancel'
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
  | 'loop'

/** Kinds that Braid executes. */
const kinds: ReadonlyMap<string, Exclude<EventKind, 'none'>> = new Map([
  ['bpmn:MessageEventDefinition', 'message'],
  ['bpmn:TimerEventDefinition', 'timer'],
  ['bpmn:SignalEventDefinition', 'signal'],
  ['bpmn:ErrorEventDefinition', 'error'],
  ['bpmn:EscalationEventDefinition', 'escalation'],
  ['bpmn:ConditionalEventDefinition', 'conditional'],
  ['bpmn:CompensateEventDefinition', 'compensation'],
  ['bpmn:CancelEventDefinition', 'cancel'],
  ['bpmn:LinkEventDefinition', 'link'],
  ['bpmn:TerminateEventDefinition', 'terminate'],
])

const allowedKinds: Readonly<Record<EventPlace, readonly EventKind[]>> = {
  'process start': ['none', 'message', 'timer', 'signal', 'conditional'],
  'sub-process start': ['none'],
  'event sub-process start': [
    'message',
    'timer',
    'signal',
    'error',
    'escalation',
    'conditional',
    'compensation',
  ],
  'intermediate catch': ['message', 'timer', 'signal', 'conditional', 'link'],
  boundary: ['message', 'timer', 'signal', 'error', 'escalation', 'conditional', 'compensation', 'cancel'],
  'intermediate throw': ['none', 'message', 'signal', 'escalation', 'compensation', 'link'],
  end: ['none', 'message', 'signal', 'error', 'escalation', 'compensation', 'cancel', 'terminate'],
  loop: ['message', 'signal', 'error', 'escalation'],
}

/** Kinds that stand alone: they move or undo tokens, which nothing else can do at the same time. */
const alone: readonly EventKind[] = ['link', 'terminate', 'cancel', 'compensation']
/** An error ends what it happens in: nothing could occur besides. */
const aloneWhenAllOccur: readonly EventKind[] = [...alone, 'error']

/** Things that one event may be about: each is a wait or an effect of its own. */
export const maxMeanings = 50

/** One of the things that an event is about. */
export type Meaning = { readonly kind: Exclude<EventKind, 'none'>; readonly definition: Element }

/** Event definitions inside the event and those that it refers to at the file's top level. */
export const definitionsOf = (event: Element): readonly Element[] => [
  ...elementsOf(event, 'eventDefinitions'),
  ...elementsOf(event, 'eventDefinitionRef'),
]

export const hasDefinition = (event: Element, type: string): boolean =>
  definitionsOf(event).some((definition) => definition.$type === type)

const codeOfMisplaced = (kind: EventKind, place: EventPlace): FindingCode => {
  if (place === 'sub-process start') return 'SUB_PROCESS_START'
  if (kind !== 'none') return 'INVALID_EVENT_POSITION'
  return place === 'event sub-process start' ? 'EVENT_SUB_PROCESS_START' : 'MISSING_TRIGGER'
}

function isAllowed(kind: EventKind, place: EventPlace, event: Element, log: FindingLog): boolean {
  const allowed = allowedKinds[place]
  if (allowed.includes(kind)) return true
  const message = `expected ${describe(event)} at ${place} to be one of ${allowed.join(', ')}, got ${kind}`
  log.error(codeOfMisplaced(kind, place), event, message)
  return false
}

function checkTogether(meanings: readonly Meaning[], event: Element, log: FindingLog): void {
  if (meanings.length < 2) return
  const parallel = isParallelMultiple(event)
  const lonely = parallel ? aloneWhenAllOccur : alone
  const wrong = meanings.find(({ kind }) => lonely.includes(kind))
  if (wrong === undefined) return
  const what = parallel ? 'wait for several events at once' : 'be several events'
  const message = `expected ${describe(event)} to ${what} that can stand together, got ${wrong.kind} among them`
  log.error('INVALID_MULTIPLE_EVENT', event, message)
}

export const isParallelMultiple = (event: Element): boolean =>
  flagOf(event, 'parallelMultiple') === true && definitionsOf(event).length > 1

/**
 * What `definitions` of an element mean: none for an event that is about nothing. `undefined` when it can't stand
 * there; then the log says why.
 */
export function meaningsOf(
  event: Element,
  definitions: readonly Element[],
  place: EventPlace,
  log: FindingLog,
): readonly Meaning[] | undefined {
  if (definitions.length === 0) return isAllowed('none', place, event, log) ? [] : undefined
  if (definitions.length > maxMeanings) {
    const message = `expected at most ${maxMeanings} event definitions at ${describe(event)}, got ${definitions.length}`
    log.error('DOCUMENT_TOO_COMPLEX', event, message)
    return undefined
  }
  const meanings: Meaning[] = []
  for (const definition of definitions) {
    const kind = kinds.get(definition.$type)
    if (kind === undefined) {
      const message = `${describe(event)} has a ${definition.$type}, which is not supported`
      log.error('UNSUPPORTED_ELEMENT', event, message)
    } else if (isAllowed(kind, place, event, log)) meanings.push({ kind, definition })
  }
  checkTogether(meanings, event, log)
  return meanings.length === definitions.length ? meanings : undefined
}

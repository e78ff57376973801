/** Events of the engine in the form in which they travel: keys as strings, times as ISO 8601. */
import type { ProcessEvent } from '@braid/contract/event.ts'
import type { HistoryEntry } from '@braid/contract/process-instance.ts'
import type { Event, EventType } from '@braid/core/engine/event.ts'
import type { HistoryEntry as StoredEntry } from '../store/port.ts'

const keyFields = new Set([
  'key',
  'record',
  'definitionKey',
  'elementInstanceKey',
  'instanceKey',
  'childKey',
  'jobKey',
  'incidentKey',
  'scope',
  'source',
  'thrownBy',
])
const keyListFields = new Set(['from'])
const timeFields = new Set(['retryAt', 'due'])
/** Lists and objects of the engine that hold keys themselves; everything else, such as variables, is the user's. */
const nested = new Set([
  'parent',
  'jobs',
  'timers',
  'subscriptions',
  'command',
  'activated',
  'terminated',
  'moved',
])

type FieldsOf<E, T> = E extends { readonly type: T } ? keyof E : never
/** Events and fields that only the engine or only the contract knows. */
type Differing =
  | Exclude<EventType, ProcessEvent['type']>
  | Exclude<ProcessEvent['type'], EventType>
  | {
      [T in EventType]:
        | Exclude<FieldsOf<Event, T>, FieldsOf<ProcessEvent, T>>
        | Exclude<FieldsOf<ProcessEvent, T>, FieldsOf<Event, T>>
    }[EventType]

/** Nothing, so that callers do not compile, when engine and contract do not know the same events and fields. */
type Described = [Differing] extends [never] ? Event : never

export const processEventOf = (event: Described): ProcessEvent => travelling(event) as ProcessEvent

export const historyEntryOf = ({ version, at, events }: StoredEntry): HistoryEntry => ({
  version,
  timestamp: new Date(at).toISOString(),
  events: events.map(processEventOf),
})

function travelling(fields: object): object {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, fieldOf(name, value)]))
}

function fieldOf(name: string, value: unknown): unknown {
  if (typeof value === 'number') {
    if (keyFields.has(name)) return String(value)
    return timeFields.has(name) ? new Date(value).toISOString() : value
  }
  if (keyListFields.has(name) && Array.isArray(value)) return value.map(String)
  if (!nested.has(name) || typeof value !== 'object' || value === null) return value
  return Array.isArray(value)
    ? value.map((item: object | number) => (typeof item === 'number' ? String(item) : travelling(item)))
    : travelling(value)
}

/** Element instances of one process instance as a fold over its log. Pure. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Event, EventOf } from '@braid/core/engine/event.ts'
import type { HistoryEntry } from '../port.ts'

export type ElementInstanceRecord = {
  readonly key: Key
  readonly element: string
  /** Absent for the process itself. */
  readonly scope?: Key
  /** Number of the run, from 1, when the scope is a loop. */
  readonly index?: number
  readonly state: 'active' | 'completed' | 'terminated'
  readonly startedAt: Instant
  readonly endedAt?: Instant
  /** Open, in the order they were raised. */
  readonly incidents: readonly Key[]
  /** The definition that it was part of; absent: the one that the instance runs now. */
  readonly before?: RanIn
}

export type RanIn = { readonly definitionKey: Key; readonly processId: string }

type Folded = {
  /** Which definition the instance runs. */
  running: RanIn | undefined
  readonly records: Map<Key, ElementInstanceRecord>
  /** Incident → element instance. */
  readonly incidents: Map<Key, Key>
}

function change(
  { records }: Folded,
  key: Key,
  to: (record: ElementInstanceRecord) => ElementInstanceRecord,
): void {
  const record = records.get(key)
  if (record !== undefined) records.set(key, to(record))
}

/** What is alive goes on as another element; what has ended stays what it was. */
function migrate(folded: Folded, event: EventOf<'instance-migrated'>): void {
  const targets = new Map(event.mapping.map(({ source, target }) => [source, target]))
  const { records, running } = folded
  for (const [key, record] of records) {
    if (record.state === 'active')
      records.set(key, { ...record, element: targets.get(record.element) ?? record.element })
    else if (record.before === undefined && running !== undefined) {
      const { definitionKey, processId } = running
      records.set(key, { ...record, before: { definitionKey, processId } })
    }
  }
  folded.running = event
}

function apply(folded: Folded, event: Event, at: Instant): void {
  switch (event.type) {
    case 'instance-created':
      folded.running = event
      break
    case 'instance-migrated':
      migrate(folded, event)
      break
    case 'element-activated': {
      const { key, element, scope, index } = event
      folded.records.set(key, {
        key,
        element,
        ...(scope === undefined ? {} : { scope }),
        ...(index === undefined ? {} : { index }),
        state: 'active',
        startedAt: at,
        incidents: [],
      })
      break
    }
    case 'element-completed':
    case 'element-terminated': {
      const state = event.type === 'element-completed' ? 'completed' : 'terminated'
      change(folded, event.key, (record) => ({ ...record, state, endedAt: at, incidents: [] }))
      break
    }
    case 'incident-raised':
      folded.incidents.set(event.key, event.elementInstanceKey)
      change(folded, event.elementInstanceKey, (record) => ({
        ...record,
        incidents: [...record.incidents, event.key],
      }))
      break
    case 'incident-resolved': {
      const owner = folded.incidents.get(event.key)
      if (owner === undefined) break
      change(folded, owner, (record) => ({
        ...record,
        incidents: record.incidents.filter((incident) => incident !== event.key),
      }))
      break
    }
  }
}

/** In the order of their activation. */
export function elementInstancesOf(history: readonly HistoryEntry[]): readonly ElementInstanceRecord[] {
  const folded: Folded = { running: undefined, records: new Map(), incidents: new Map() }
  for (const { at, events } of history) for (const event of events) apply(folded, event, at)
  return [...folded.records.values()]
}

export type ElementCounts = {
  readonly elementId: string
  readonly active: number
  readonly completed: number
  readonly canceled: number
  /** Open incidents. */
  readonly incidents: number
}

/** Per element of the diagram, without the process itself. */
export function countElements(records: readonly ElementInstanceRecord[]): readonly ElementCounts[] {
  const counts = new Map<string, ElementCounts>()
  for (const { element: elementId, scope, state, incidents } of records) {
    if (scope === undefined) continue
    const before = counts.get(elementId) ?? { elementId, active: 0, completed: 0, canceled: 0, incidents: 0 }
    counts.set(elementId, {
      elementId,
      active: before.active + (state === 'active' ? 1 : 0),
      completed: before.completed + (state === 'completed' ? 1 : 0),
      canceled: before.canceled + (state === 'terminated' ? 1 : 0),
      incidents: before.incidents + incidents.length,
    })
  }
  return [...counts.values()]
}

/** Each flow once, in the order of first use. */
export function takenFlowsOf(history: readonly HistoryEntry[]): readonly string[] {
  const flows = new Set<string>()
  for (const { events } of history) {
    for (const event of events) if (event.type === 'flow-taken') flows.add(event.flow)
  }
  return [...flows]
}

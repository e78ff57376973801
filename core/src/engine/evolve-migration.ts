/** How a migration changes the state: every id of an element becomes that of its target. */
import type { ElementId } from '../model/program.ts'
import type { InstanceMigrated } from './event.ts'
import { type CompensationRecord, type ElementExtras, type InstanceState, noExtras } from './state.ts'

type To = (element: ElementId) => ElementId

export function migrateState(state: InstanceState, event: InstanceMigrated): void {
  const targets = new Map(event.mapping.map(({ source, target }) => [source, target]))
  const to: To = (element) => targets.get(element) ?? element
  state.definitionKey = event.definitionKey
  state.processId = event.processId
  for (const instance of state.elements.values()) {
    instance.element = to(instance.element)
    instance.waits = instance.waits.map((wait) =>
      'element' in wait ? { ...wait, element: to(wait.element) } : wait,
    )
    instance.extras = migrateExtras(instance.extras, to)
  }
}

function migrateExtras(extras: ElementExtras, to: To): ElementExtras {
  if (extras === noExtras) return extras
  const { start, enabled, records, queue, matched, fired } = extras
  const record = (old: CompensationRecord): CompensationRecord => ({
    ...old,
    element: to(old.element),
    ...(old.records === undefined ? {} : { records: old.records.map(record) }),
  })
  return {
    ...extras,
    ...(start === undefined ? {} : { start: to(start) }),
    ...(enabled === undefined ? {} : { enabled: enabled.map(to) }),
    ...(records === undefined ? {} : { records: records.map(record) }),
    ...(queue === undefined ? {} : { queue: queue.map(record) }),
    ...(matched === undefined ? {} : { matched: withKeys(matched, to) }),
    ...(fired === undefined ? {} : { fired: withKeys(fired, to) }),
  }
}

const withKeys = <T>(values: Readonly<Record<ElementId, T>>, to: To): Readonly<Record<ElementId, T>> =>
  Object.fromEntries(Object.entries(values).map(([element, value]) => [to(element), value]))

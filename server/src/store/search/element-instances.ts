/**
 * Element instances have no table: a row per element would cost every commit. They are folded from the log of their
 * process instance when somebody looks.
 */
import {
  type ElementInstance,
  type elementInstanceSearch,
  elementInstanceTypes,
} from '@braid/contract/element-instance.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Node } from '@braid/core/model/program.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import { history } from '../instance-store.ts'
import type { HistoryEntry } from '../port.ts'
import {
  countElements,
  type ElementCounts,
  type ElementInstanceRecord,
  elementInstancesOf,
  takenFlowsOf,
} from './element-instances-of.ts'
import { createElementOwners, type ElementOwners } from './element-owners.ts'
import { keyField, textField } from './field.ts'
import { createParameters, type FilterValue, fieldCondition } from './filter.ts'
import { type MemoryEntity, type MemoryField, memoryPage } from './memory-page.ts'
import type { Page } from './page.ts'
import type { ElementsOf, Programs } from './programs.ts'
import { defaultTenant, isoTime } from './row.ts'
import { SearchRefused } from './search-refused.ts'

type Request = NonNullable<z.output<typeof elementInstanceSearch>>
type Filter = NonNullable<Request['filter']>

export type ElementInstances = {
  search(request: Request): Promise<Page<ElementInstance>>
  get(key: Key): Promise<ElementInstance | undefined>
  statistics(instanceKey: Key): Promise<readonly ElementCounts[]>
  takenFlows(instanceKey: Key): Promise<readonly string[]>
}

type InstanceRow = { readonly key: Key; readonly definition_key: number; readonly process_id: string }

/** A search over more process instances has to say which. */
const maxInstances = 500
const historyPage = 1_000

async function wholeHistory(database: Database, instanceKey: Key): Promise<readonly HistoryEntry[]> {
  const entries: HistoryEntry[] = []
  for (let after = 0; ; ) {
    const page = await history(database, { instanceKey, after, max: historyPage })
    entries.push(...page)
    if (page.length < historyPage) return entries
    after = page.at(-1)?.version ?? after
  }
}

/** `serviceTask` → `SERVICE_TASK`; what holds the runs of a loop has a type of its own. */
function typeOf(node: Node | undefined, { index }: ElementInstanceRecord): ElementInstance['type'] {
  if (node?.type === 'event-sub-process') return 'EVENT_SUB_PROCESS'
  if (node?.type === 'loop' && index === undefined) return 'MULTI_INSTANCE_BODY'
  if (node?.sourceType === 'transaction') return 'SUB_PROCESS'
  const name = node?.sourceType.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
  return elementInstanceTypes.find((type) => type === name) ?? 'UNKNOWN'
}

const stateOf = (record: ElementInstanceRecord): ElementInstance['state'] =>
  record.state === 'active' ? 'ACTIVE' : record.state === 'completed' ? 'COMPLETED' : 'TERMINATED'

function toItem(
  instance: InstanceRow,
  elementsOf: ElementsOf,
  record: ElementInstanceRecord,
): ElementInstance {
  const { definitionKey, processId } = record.before ?? {
    definitionKey: instance.definition_key,
    processId: instance.process_id,
  }
  const node = elementsOf(definitionKey).get(record.element)
  const [incident] = record.incidents
  return {
    elementInstanceKey: String(record.key),
    processInstanceKey: String(instance.key),
    processDefinitionKey: String(definitionKey),
    processDefinitionId: processId,
    elementId: record.element,
    elementName: node?.name,
    type: typeOf(node, record),
    state: stateOf(record),
    startDate: isoTime(record.startedAt),
    endDate: record.endedAt === undefined ? undefined : isoTime(record.endedAt),
    hasIncident: incident !== undefined,
    incidentKey: incident === undefined ? undefined : String(incident),
    elementInstanceScopeKey: record.scope === undefined ? undefined : String(record.scope),
    tenantId: defaultTenant,
  }
}

type TextName = 'elementId' | 'elementName' | 'type' | 'state' | 'processDefinitionId' | 'tenantId'
type KeyName =
  | 'elementInstanceKey'
  | 'processInstanceKey'
  | 'processDefinitionKey'
  | 'elementInstanceScopeKey'
  | 'incidentKey'

const plain = (name: TextName | 'hasIncident'): MemoryField<ElementInstance> => ({
  read: (item) => item[name],
})
const key = (name: KeyName): MemoryField<ElementInstance> => ({
  read: (item) => (item[name] === undefined ? undefined : Number(item[name])),
  toStored: Number,
})
const time = (name: 'startDate' | 'endDate'): MemoryField<ElementInstance> => ({
  read: (item) => (item[name] === undefined ? undefined : Date.parse(item[name])),
  toStored: (value) => Date.parse(String(value)),
})

const entity: MemoryEntity<ElementInstance> = {
  key: (item) => Number(item.elementInstanceKey),
  fields: {
    elementInstanceKey: key('elementInstanceKey'),
    processInstanceKey: key('processInstanceKey'),
    processDefinitionKey: key('processDefinitionKey'),
    processDefinitionId: plain('processDefinitionId'),
    elementInstanceScopeKey: key('elementInstanceScopeKey'),
    elementId: plain('elementId'),
    elementName: plain('elementName'),
    type: plain('type'),
    state: plain('state'),
    hasIncident: plain('hasIncident'),
    incidentKey: key('incidentKey'),
    startDate: time('startDate'),
    endDate: time('endDate'),
    tenantId: plain('tenantId'),
  },
}

const only = (filter: FilterValue | undefined): string | undefined => {
  const value = typeof filter === 'object' ? filter.$eq : filter
  return value === undefined ? undefined : String(value)
}

/** The process instances whose element instances can satisfy the filter. */
async function findInstances(
  database: Database,
  owners: ElementOwners,
  filter: Filter,
): Promise<readonly InstanceRow[]> {
  const parameters = createParameters()
  const conditions: string[] = []
  const restrict = (sql: string, value: FilterValue | undefined, field = keyField): void => {
    if (value !== undefined) conditions.push(fieldCondition(field(sql), value, parameters))
  }
  const elementKey = only(filter.elementInstanceKey)
  if (elementKey !== undefined && filter.processInstanceKey === undefined) {
    const owner = await owners.find(Number(elementKey) as Key)
    if (owner === undefined) return []
    restrict('key', String(owner))
  }
  restrict('key', filter.processInstanceKey)
  restrict('definition_key', filter.processDefinitionKey)
  restrict('process_id', filter.processDefinitionId, textField)
  if (only(filter.state) === 'ACTIVE') conditions.push(`status = 'active'`)
  if (filter.hasIncident === true) conditions.push('incidents > 0')
  const instances = await database.run<InstanceRow>({
    text: `
      select key, definition_key, process_id from instance
      where ${conditions.join(' and ') || 'true'}
      limit ${maxInstances + 1}`,
    values: parameters.values,
  })
  if (instances.length > maxInstances) {
    throw new SearchRefused(
      `expected a filter by processInstanceKey: more than ${maxInstances} process instances have to be looked at`,
    )
  }
  return instances
}

export function createElementInstances(database: Database, programs: Programs): ElementInstances {
  const owners = createElementOwners(database)

  const read = async (instances: readonly InstanceRow[]): Promise<ElementInstance[]> => {
    const found: (readonly [InstanceRow, readonly ElementInstanceRecord[]])[] = []
    for (const instance of instances) {
      const records = elementInstancesOf(await wholeHistory(database, instance.key))
      owners.remember(instance.key, records)
      found.push([instance, records])
    }
    const definitions = found.flatMap(([{ definition_key }, records]) => [
      definition_key,
      ...records.flatMap(({ before }) => (before === undefined ? [] : [before.definitionKey])),
    ])
    const elementsOf = await programs.load(definitions)
    return found.flatMap(([instance, records]) =>
      records.map((record) => toItem(instance, elementsOf, record)),
    )
  }

  const search: ElementInstances['search'] = async (request) => {
    const filter = request.filter ?? {}
    const items = await read(await findInstances(database, owners, filter))
    return memoryPage(entity, items, { ...request, filter })
  }

  return {
    search,
    get: async (elementInstanceKey) => {
      const page = await search({ filter: { elementInstanceKey: String(elementInstanceKey) } })
      return page.items[0]
    },
    statistics: async (instanceKey) =>
      countElements(elementInstancesOf(await wholeHistory(database, instanceKey))),
    takenFlows: async (instanceKey) => takenFlowsOf(await wholeHistory(database, instanceKey)),
  }
}

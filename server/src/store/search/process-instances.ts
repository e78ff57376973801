import type { ProcessInstance, processInstanceSearch } from '@braid/contract/process-instance.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import {
  booleanField,
  integerField,
  keyField,
  optionalKeyField,
  requiredTimeField,
  type SearchField,
  tenantField,
  textField,
  timeField,
} from './field.ts'
import { type FilterValue, fieldCondition, hasVariable, type Parameters } from './filter.ts'
import { filterConditions, findRow, type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import { columnsOf, defaultTenant } from './row.ts'

type Request = NonNullable<z.output<typeof processInstanceSearch>>

const state: SearchField = {
  ...textField(`case when i.suspended then 'suspended' else i.status end`),
  toStored: (value) => String(value).toLowerCase(),
}

/** Its own, or of an instance that it called, however deep: looked up from above, for one row. */
export const incidentBelow = `(i.incidents > 0 or (i.status = 'active' and exists (
    with recursive called as (
      select key, incidents from instance where parent_instance_key = i.key
      union all
      select c.key, c.incidents from called join instance c on c.parent_instance_key = called.key
    )
    select from called where incidents > 0)))`

/** The same from below, for a filter: the instances with incidents are few, and an index finds them. */
const troubled = `i.key in (
  with recursive troubled as (
    select key, parent_instance_key from instance where incidents > 0
    union
    select p.key, p.parent_instance_key
    from troubled t join instance p on p.key = t.parent_instance_key and p.status = 'active'
  )
  select key from troubled)`

const hasIncident: SearchField = {
  ...booleanField(incidentBelow),
  conditions: { true: troubled, false: `not (${troubled})` },
}

const entity: SearchableEntity = {
  from: 'instance i join definition d on d.key = i.definition_key',
  key: 'i.key',
  select: `i.key, i.definition_key, i.process_id, d.name, d.version, d.version_tag, i.status, i.suspended,
    ${incidentBelow} as has_incident, i.created_at,
    i.ended_at, i.parent_instance_key, i.parent_element_instance_key, i.business_id`,
  fields: {
    processInstanceKey: keyField('i.key'),
    processDefinitionKey: keyField('i.definition_key'),
    processDefinitionId: textField('i.process_id'),
    processDefinitionName: textField('d.name'),
    processDefinitionVersion: integerField('d.version'),
    processDefinitionVersionTag: textField('d.version_tag'),
    parentProcessInstanceKey: optionalKeyField('i.parent_instance_key'),
    parentElementInstanceKey: optionalKeyField('i.parent_element_instance_key'),
    state,
    hasIncident,
    startDate: requiredTimeField('i.created_at'),
    endDate: timeField('i.ended_at'),
    businessId: textField('i.business_id'),
    tenantId: tenantField,
  },
}

function stateOf(status: string, suspended: boolean): ProcessInstance['state'] {
  if (status === 'active') return suspended ? 'SUSPENDED' : 'ACTIVE'
  return status === 'completed' ? 'COMPLETED' : 'TERMINATED'
}

function toItem(row: Row): ProcessInstance {
  const column = columnsOf(row)
  return {
    processInstanceKey: column.key('key'),
    processDefinitionKey: column.key('definition_key'),
    processDefinitionId: column.text('process_id'),
    processDefinitionName: column.optionalText('name'),
    processDefinitionVersion: column.number('version'),
    processDefinitionVersionTag: column.optionalText('version_tag'),
    state: stateOf(column.text('status'), column.flag('suspended')),
    hasIncident: column.flag('has_incident'),
    startDate: column.time('created_at'),
    endDate: column.optionalTime('ended_at'),
    parentProcessInstanceKey: column.optionalKey('parent_instance_key'),
    parentElementInstanceKey: column.optionalKey('parent_element_instance_key'),
    businessId: column.optionalText('business_id'),
    tenantId: defaultTenant,
  }
}

/** Element ids, as JSON texts hold them, of what lives inside the process element of `i`. */
export const livingElements = `regexp_matches(i.state, '\\[\\d+,"((?:[^"\\\\]|\\\\.)*)",[1-9]\\d*,\\[', 'g')`

/**
 * The instance is active and an element instance of such an element is alive. Read from the stored state, where each
 * is written as `[key,"element",scope,[`: see `core/engine/serialize.ts`.
 */
const hasLivingElement = (filter: FilterValue, parameters: Parameters): string =>
  `(i.status = 'active' and exists (
    select from regexp_matches(i.state, '\\[\\d+,"((?:[^"\\\\]|\\\\.)*)",\\d+,\\[', 'g') as living(match)
    where ${fieldCondition(textField('living.match[1]'), filter, parameters)}
  ))`

export type InstanceFilter = NonNullable<Request['filter']>

/** Fields of the table, and conditions on what is elsewhere. */
function splitFilter({ variables = [], elementId, ...filter }: InstanceFilter = {}) {
  const extra = (parameters: Parameters): readonly string[] => [
    // Runs of DAGs have lists of their own.
    `d.language = 'bpmn'`,
    ...variables.map((variable) => hasVariable('i.key', variable, parameters)),
    ...(elementId === undefined ? [] : [hasLivingElement(elementId, parameters)]),
  ]
  return { filter, extra }
}

/** `from … where …` of the instances (`i`) that a filter finds. */
export function instancesFound(request: InstanceFilter, parameters: Parameters): string {
  const { filter, extra } = splitFilter(request)
  const conditions = [...filterConditions(entity, filter, parameters), ...extra(parameters)]
  return `from ${entity.from} where ${conditions.join(' and ') || 'true'}`
}

export async function searchProcessInstances(
  database: Database,
  request: Request,
): Promise<Page<ProcessInstance>> {
  const { filter, extra } = splitFilter(request.filter)
  const page = await searchPage(database, entity, { ...request, filter }, extra)
  return { ...page, items: page.items.map(toItem) }
}

export async function getProcessInstance(database: Database, key: Key): Promise<ProcessInstance | undefined> {
  const row = await findRow(database, entity, key)
  return row === undefined ? undefined : toItem(row)
}

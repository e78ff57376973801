import { type Incident, incident, type incidentSearch } from '@braid/contract/incident.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import {
  keyField,
  optionalKeyField,
  requiredTimeField,
  type SearchField,
  tenantField,
  textField,
} from './field.ts'
import { findRow, type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import { columnsOf, defaultTenant } from './row.ts'

type Request = NonNullable<z.output<typeof incidentSearch>>

const state: SearchField = {
  ...textField(`case when n.resolved_at is null then 'ACTIVE' else 'RESOLVED' end`),
  conditions: { ACTIVE: 'n.resolved_at is null', RESOLVED: 'n.resolved_at is not null' },
}

const entity: SearchableEntity = {
  from: 'incident n',
  key: 'n.key',
  select: `n.key, n.incident_type, n.message, n.resolved_at, n.raised_at, n.element, n.element_instance_key,
    n.instance_key, n.definition_key, n.process_id, n.job_key`,
  fields: {
    incidentKey: keyField('n.key'),
    errorType: textField('n.incident_type'),
    errorMessage: textField('n.message'),
    state,
    creationTime: requiredTimeField('n.raised_at'),
    elementId: textField('n.element'),
    elementInstanceKey: keyField('n.element_instance_key'),
    processInstanceKey: keyField('n.instance_key'),
    processDefinitionKey: keyField('n.definition_key'),
    processDefinitionId: textField('n.process_id'),
    jobKey: optionalKeyField('n.job_key'),
    tenantId: tenantField,
  },
}

function toItem(row: Row): Incident {
  const column = columnsOf(row)
  return {
    incidentKey: column.key('key'),
    errorType: incident.shape.errorType.parse(column.text('incident_type')),
    errorMessage: column.text('message'),
    state: column.optionalTime('resolved_at') === undefined ? 'ACTIVE' : 'RESOLVED',
    creationTime: column.time('raised_at'),
    elementId: column.text('element'),
    elementInstanceKey: column.key('element_instance_key'),
    processInstanceKey: column.key('instance_key'),
    processDefinitionKey: column.key('definition_key'),
    processDefinitionId: column.text('process_id'),
    jobKey: column.optionalKey('job_key'),
    tenantId: defaultTenant,
  }
}

export async function searchIncidents(database: Database, request: Request): Promise<Page<Incident>> {
  const page = await searchPage(database, entity, { ...request, filter: request.filter ?? {} })
  return { ...page, items: page.items.map(toItem) }
}

export async function getIncident(database: Database, key: Key): Promise<Incident | undefined> {
  const row = await findRow(database, entity, key)
  return row === undefined ? undefined : toItem(row)
}

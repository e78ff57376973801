import type { ProcessDefinition, processDefinitionSearch } from '@braid/contract/process-definition.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import { booleanField, integerField, keyField, tenantField, textField } from './field.ts'
import { type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import { columnsOf, defaultTenant } from './row.ts'

type Request = NonNullable<z.output<typeof processDefinitionSearch>>

const entity: SearchableEntity = {
  from: 'definition d',
  key: 'd.key',
  select: 'd.key, d.process_id, d.name, d.resource_name, d.version, d.version_tag, d.start_form_id',
  fields: {
    processDefinitionKey: keyField('d.key'),
    processDefinitionId: textField('d.process_id'),
    name: textField('d.name'),
    resourceName: textField('d.resource_name'),
    version: integerField('d.version'),
    versionTag: textField('d.version_tag'),
    isLatestVersion: booleanField('d.is_latest'),
    tenantId: tenantField,
  },
}

function toItem(row: Row): ProcessDefinition {
  const column = columnsOf(row)
  return {
    processDefinitionKey: column.key('key'),
    processDefinitionId: column.text('process_id'),
    name: column.optionalText('name'),
    resourceName: column.text('resource_name'),
    version: column.number('version'),
    versionTag: column.optionalText('version_tag'),
    tenantId: defaultTenant,
    hasStartForm: column.optionalText('start_form_id') !== undefined,
  }
}

export async function searchProcessDefinitions(
  database: Database,
  request: Request,
): Promise<Page<ProcessDefinition>> {
  const page = await searchPage(database, entity, { ...request, filter: request.filter ?? {} }, () => [
    `d.language = 'bpmn'`,
    'd.deleted_at is null',
  ])
  return { ...page, items: page.items.map(toItem) }
}

/** Also one that was deleted, while instances of it are left. */
export async function getProcessDefinition(
  database: Database,
  key: Key,
): Promise<ProcessDefinition | undefined> {
  const [row] = await database.run<Row>({
    text: `select ${entity.select} from ${entity.from} where d.key = $1 and d.language = 'bpmn'`,
    values: [key],
  })
  return row === undefined ? undefined : toItem(row)
}

/** One of which instances can be started. */
export async function getStartableDefinition(
  database: Database,
  key: Key,
): Promise<ProcessDefinition | undefined> {
  const [row] = await database.run<Row>({
    text: `select ${entity.select} from ${entity.from} where d.key = $1 and d.language = 'bpmn' and d.deleted_at is null`,
    values: [key],
  })
  return row === undefined ? undefined : toItem(row)
}

export async function getProcessDefinitionXml(database: Database, key: Key): Promise<string | undefined> {
  const [row] = await database.run<{ xml: string }>({
    text: `select xml from definition where key = $1 and language = 'bpmn'`,
    values: [key],
  })
  return row?.xml
}

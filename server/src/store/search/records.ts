/** Records of the models of applications. */
import type { ApplicationRecord, recordSearch } from '@braid/contract/application-api.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import type { RecordKind } from '../record-store.ts'
import { requiredTimeField, textField } from './field.ts'
import type { Parameters } from './filter.ts'
import { type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import { columnsOf } from './row.ts'

type Request = NonNullable<z.output<typeof recordSearch>>

const records: SearchableEntity = {
  from: 'application_record r',
  key: 'r.key',
  select: 'r.id, r.model, r.label, r.data, r.version, r.created_at, r.updated_at',
  fields: {
    id: { ...textField('r.id'), required: true },
    label: { ...textField('r.label'), required: true },
    createdAt: requiredTimeField('r.created_at'),
    updatedAt: requiredTimeField('r.updated_at'),
  },
}

function toRecord(row: Row): ApplicationRecord {
  const column = columnsOf(row)
  return {
    id: column.text('id'),
    model: column.text('model'),
    label: column.text('label'),
    data: row.data as JsonObject,
    version: column.number('version'),
    createdAt: column.time('created_at'),
    updatedAt: column.time('updated_at'),
  }
}

/** Any text in it, however deep, or its label. */
const holdsText = (parameters: Parameters, text: string): string => {
  const pattern = parameters.add(`%${text.replaceAll(/[%_\\]/g, '\\$&')}%`)
  return `(r.label ilike ${pattern} or exists (
    select from jsonb_path_query(r.data, 'strict $.**') as part
    where jsonb_typeof(part) = 'string' and part #>> '{}' ilike ${pattern}))`
}

export async function searchRecords(
  database: Database,
  { application, model }: RecordKind,
  { filter = {}, ...request }: Request,
): Promise<Page<ApplicationRecord>> {
  const { text, data, id } = filter
  const page = await searchPage(database, records, { ...request, filter: { id } }, (parameters) => [
    `r.application = ${parameters.add(application)}`,
    `r.model = ${parameters.add(model)}`,
    ...(data === undefined ? [] : [`r.data @> ${parameters.add(JSON.stringify(data))}::jsonb`]),
    ...(text === undefined || text === '' ? [] : [holdsText(parameters, text)]),
  ])
  return { ...page, items: page.items.map(toRecord) }
}

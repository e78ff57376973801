import type { Variable, variableSearch } from '@braid/contract/variable.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import { booleanField, keyField, tenantField, textField } from './field.ts'
import { findRow, type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import { columnsOf, defaultTenant } from './row.ts'

type Request = NonNullable<z.output<typeof variableSearch>>

/** Characters of a value in a list. */
const listedLength = 8_191

const fields: SearchableEntity['fields'] = {
  variableKey: keyField('v.key'),
  name: textField('v.name'),
  value: textField('v.value'),
  scopeKey: keyField('v.scope_key'),
  processInstanceKey: keyField('v.instance_key'),
  isTruncated: booleanField(`length(v.value) > ${listedLength}`),
  tenantId: tenantField,
}

const whole: SearchableEntity = {
  from: 'variable v',
  key: 'v.key',
  select: 'v.key, v.name, v.value, v.scope_key, v.instance_key, false as is_truncated',
  fields,
}

const cut: SearchableEntity = {
  ...whole,
  select: `v.key, v.name, left(v.value, ${listedLength}) as value, v.scope_key, v.instance_key,
    length(v.value) > ${listedLength} as is_truncated`,
}

function toItem(row: Row): Variable {
  const column = columnsOf(row)
  return {
    variableKey: column.key('key'),
    name: column.text('name'),
    value: column.text('value'),
    scopeKey: column.key('scope_key'),
    processInstanceKey: column.key('instance_key'),
    tenantId: defaultTenant,
    isTruncated: row.is_truncated === true,
  }
}

export async function searchVariables(
  database: Database,
  request: Request,
  truncate: boolean,
): Promise<Page<Variable>> {
  const entity = truncate ? cut : whole
  const page = await searchPage(database, entity, { ...request, filter: request.filter ?? {} })
  return { ...page, items: page.items.map(toItem) }
}

export async function getVariable(database: Database, key: Key): Promise<Variable | undefined> {
  const row = await findRow(database, whole, key)
  return row === undefined ? undefined : toItem(row)
}

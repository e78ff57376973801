/** Saved scripts as somebody may see them: their own, and those that are shared. */
import {
  type Script,
  type ScriptVersion,
  type ScriptVersionWithSource,
  type ScriptWithSource,
  type scriptSearch,
  scriptVersion,
} from '@braid/contract/script.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import { booleanField, keyField, requiredTimeField, textField } from './field.ts'
import { type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import { columnsOf } from './row.ts'

type Request = NonNullable<z.output<typeof scriptSearch>>

const entity: SearchableEntity = {
  from: `script s
    join script_version v on v.script_key = s.key and v.version = s.version
    left join user_account u on u.id = s.owner_id`,
  key: 's.key',
  select: `s.key, v.name, v.description, v.language, v.language_version, s.shared, s.owner_id, u.username as owner,
    s.version, s.created_at, s.updated_at`,
  fields: {
    scriptKey: keyField('s.key'),
    name: textField('v.name'),
    language: textField('v.language'),
    owner: textField('u.username'),
    shared: booleanField('s.shared'),
    createdAt: requiredTimeField('s.created_at'),
    updatedAt: requiredTimeField('s.updated_at'),
  },
}

function contentOf(row: Row) {
  const column = columnsOf(row)
  return {
    name: column.text('name'),
    description: column.text('description'),
    language: scriptVersion.shape.language.parse(column.text('language')),
    languageVersion: column.text('language_version'),
  }
}

function toItem(row: Row, userId: string): Script {
  const column = columnsOf(row)
  return {
    ...contentOf(row),
    scriptKey: column.key('key'),
    shared: column.flag('shared'),
    owner: column.optionalText('owner'),
    own: column.optionalKey('owner_id') === userId,
    version: column.number('version'),
    createdAt: column.time('created_at'),
    updatedAt: column.time('updated_at'),
  }
}

function toVersion(row: Row): ScriptVersion {
  const column = columnsOf(row)
  return {
    ...contentOf(row),
    scriptKey: column.key('key'),
    version: column.number('version'),
    createdAt: column.time('created_at'),
    createdBy: column.text('created_by'),
  }
}

export async function searchScripts(
  database: Database,
  request: Request,
  userId: string,
): Promise<Page<Script>> {
  const { own, ...filter } = request.filter ?? {}
  const page = await searchPage(database, entity, { ...request, filter }, (parameters) => {
    const mine = `s.owner_id = ${parameters.add(userId)}::bigint`
    const asked = own === undefined ? [] : [own ? mine : `not coalesce(${mine}, false)`]
    return [`(s.shared or ${mine})`, ...asked]
  })
  return { ...page, items: page.items.map((row) => toItem(row, userId)) }
}

export async function getScript(
  database: Database,
  key: Key,
  userId: string,
): Promise<ScriptWithSource | undefined> {
  const [row] = await database.run<Row>({
    text: `select ${entity.select}, v.source from ${entity.from}
           where s.key = $1 and (s.shared or s.owner_id = $2::bigint)`,
    values: [key, userId],
  })
  return row === undefined ? undefined : { ...toItem(row, userId), source: columnsOf(row).text('source') }
}

const versionColumns =
  's.key, v.version, v.name, v.description, v.language, v.language_version, v.created_at, v.created_by'

const visibleVersions = `script s join script_version v on v.script_key = s.key
  where s.key = $1 and (s.shared or s.owner_id = $2::bigint)`

/** Newest first; none when there is no such script to see. */
export async function getScriptVersions(
  database: Database,
  key: Key,
  userId: string,
): Promise<readonly ScriptVersion[]> {
  const rows = await database.run<Row>({
    text: `select ${versionColumns} from ${visibleVersions} order by v.version desc`,
    values: [key, userId],
  })
  return rows.map(toVersion)
}

export async function getScriptVersion(
  database: Database,
  key: Key,
  userId: string,
  version: number,
): Promise<ScriptVersionWithSource | undefined> {
  const [row] = await database.run<Row>({
    text: `select ${versionColumns}, v.source from ${visibleVersions} and v.version = $3`,
    values: [key, userId, version],
  })
  return row === undefined ? undefined : { ...toVersion(row), source: columnsOf(row).text('source') }
}

/** DAGs: definitions of their language. */
import type { Dag, dagRoutes } from '@braid/contract/dag.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { DagModel } from '@braid/core/model/dag.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import { booleanField, integerField, keyField, textField } from './field.ts'
import { type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import { columnsOf } from './row.ts'

type Request = NonNullable<z.output<(typeof dagRoutes)['searchDags']['body']>>

/** What stands before the first slash of an id. */
export const applicationOf = (dagId: string): string =>
  `case when position('/' in ${dagId}) > 0 then split_part(${dagId}, '/', 1) end`
/** The title of `d`; a DAG without one is called by its id. */
export const titleOf = 'coalesce(d.name, d.process_id)'

const entity: SearchableEntity = {
  from: 'definition d',
  key: 'd.key',
  select: `d.key, d.process_id, ${applicationOf('d.process_id')} as application, ${titleOf} as title, d.version,
    d.deployed_at, d.model::json ->> 'description' as description`,
  fields: {
    dagKey: keyField('d.key'),
    dagId: textField('d.process_id'),
    application: textField(`(${applicationOf('d.process_id')})`),
    title: textField(titleOf),
    version: integerField('d.version'),
    isLatestVersion: booleanField('d.is_latest'),
  },
}

function toItem(row: Row): Dag {
  const column = columnsOf(row)
  return {
    dagKey: column.key('key'),
    dagId: column.text('process_id'),
    application: column.optionalText('application'),
    title: column.text('title'),
    description: column.optionalText('description'),
    version: column.number('version'),
    deployedAt: column.time('deployed_at'),
  }
}

/** Latest versions, unless the filter names others. */
export async function searchDags(database: Database, request: Request): Promise<Page<Dag>> {
  const { filter = {} } = request
  const names = filter.dagKey ?? filter.version ?? filter.isLatestVersion
  const page = await searchPage(
    database,
    entity,
    { ...request, filter: names === undefined ? { ...filter, isLatestVersion: true } : filter },
    () => [`d.language = 'dag'`, 'd.deleted_at is null'],
  )
  return { ...page, items: page.items.map(toItem) }
}

export type FoundDag = { readonly dag: Dag; readonly model: DagModel; readonly source: string }

/** Also one that was deleted, while runs of it are left. */
export async function getDag(database: Database, key: Key): Promise<FoundDag | undefined> {
  const [row] = await database.run<Row>({
    text: `select ${entity.select}, d.model, d.xml from ${entity.from} where d.key = $1 and d.language = 'dag'`,
    values: [key],
  })
  if (row === undefined) return undefined
  const column = columnsOf(row)
  return { dag: toItem(row), model: JSON.parse(column.text('model')) as DagModel, source: column.text('xml') }
}

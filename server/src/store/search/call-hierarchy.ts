import type { CallHierarchyEntry } from '@braid/contract/process-instance.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Database } from '../database.ts'
import type { Row } from './page.ts'
import { columnsOf } from './row.ts'

/** From the instance that nobody called down to this one; empty when there is none. */
export async function getCallHierarchy(database: Database, key: Key): Promise<readonly CallHierarchyEntry[]> {
  const rows = await database.run<Row>({
    text: `
      with recursive up as (
        select key, definition_key, parent_instance_key, 0 as distance from instance where key = $1
        union all
        select i.key, i.definition_key, i.parent_instance_key, up.distance + 1
        from up join instance i on i.key = up.parent_instance_key
      )
      select up.key, up.definition_key, coalesce(d.name, d.process_id) as name
      from up join definition d on d.key = up.definition_key
      order by up.distance desc`,
    values: [key],
  })
  return rows.map((row) => {
    const column = columnsOf(row)
    return {
      processInstanceKey: column.key('key'),
      processDefinitionKey: column.key('definition_key'),
      processDefinitionName: column.text('name'),
    }
  })
}

/** Counts over the process instances that a filter finds. */
import type { ElementStatistics, InstanceStatistics } from '@braid/contract/process-instance.ts'
import type { Database } from '../database.ts'
import { createParameters } from './filter.ts'
import { type InstanceFilter, instancesFound, livingElements } from './process-instances.ts'

/** What ended is counted from the logs, so the time that this takes grows with them. */
export async function countElementsOf(
  database: Database,
  filter: InstanceFilter,
): Promise<readonly ElementStatistics[]> {
  const parameters = createParameters()
  const found = instancesFound(filter, parameters)
  return database.run<ElementStatistics>({
    text: `
      with found as materialized (select i.key, i.process_id, i.status, i.state ${found}),
      counted as (
        select living.match[1] as element, count(*) as active, 0 as completed, 0 as canceled, 0 as incidents
        from found i, ${livingElements} as living(match)
        where i.status = 'active' group by 1
        union all
        select e.event ->> 'element', 0, count(*) filter (where e.event ->> 'type' = 'element-completed'),
          count(*) filter (where e.event ->> 'type' = 'element-terminated'), 0
        from found i join history h on h.instance_key = i.key,
          json_array_elements(h.events::json) as e(event)
        where e.event ->> 'type' in ('element-completed', 'element-terminated')
          and e.event ->> 'element' <> i.process_id
        group by 1
        union all
        select n.element, 0, 0, 0, count(*)
        from found i join incident n on n.instance_key = i.key
        where n.resolved_at is null and n.element <> i.process_id group by 1
      )
      select element as "elementId", sum(active)::int as active, sum(completed)::int as completed,
        sum(canceled)::int as canceled, sum(incidents)::int as incidents
      from counted group by element order by element`,
    values: parameters.values,
  })
}

type Counts = Omit<InstanceStatistics, 'errorRate'>

export async function countInstances(
  database: Database,
  filter: InstanceFilter,
): Promise<InstanceStatistics> {
  const parameters = createParameters()
  const [row] = await database.run<Counts & { readonly failed: number }>({
    text: `
      select count(*) as total, count(*) filter (where i.status = 'active' and not i.suspended) as active,
        count(*) filter (where i.status = 'active' and i.suspended) as suspended,
        count(*) filter (where i.status = 'completed') as completed,
        count(*) filter (where i.status = 'terminated') as terminated,
        count(*) filter (where i.incidents > 0) as "withIncident",
        count(*) filter (where i.incidents > 0 or i.status = 'terminated') as failed
      ${instancesFound(filter, parameters)}`,
    values: parameters.values,
  })
  if (row === undefined) throw new Error('a select of counts has no row')
  const { failed, ...counts } = row
  return { ...counts, errorRate: counts.total === 0 ? 0 : Math.round((failed / counts.total) * 10_000) / 100 }
}

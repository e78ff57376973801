import type { Overview } from '@braid/contract/cluster.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { Database } from '../database.ts'
import { countLimit } from './page.ts'

const hourMs = 3_600_000

/** Counts for the home page, each up to a bound. */
export async function getOverview(database: Database, now: Instant): Promise<Overview> {
  const [row] = await database.run<Overview>({
    text: `
      select
        (select count(*) from (select from definition where is_latest and language = 'bpmn' limit $1) c)
          as "processDefinitions",
        (select count(*) from (select from instance where status = 'active' limit $1) c) as "activeProcessInstances",
        (select count(*) from (select from instance where incidents > 0 and status = 'active' limit $1) c)
          as "processInstancesWithIncident",
        (select count(*) from (select from instance where status = 'completed' limit $1) c)
          as "completedProcessInstances",
        (select count(*) from (select from user_task where state = 'CREATED' limit $1) c) as "openUserTasks",
        (select count(*) from (select from incident where resolved_at is null limit $1) c) as "activeIncidents",
        (select count(*) from (select from incident where raised_at >= $2 limit $1) c) as "incidentsInLastHour",
        (select count(*) from (select from job limit $1) c) as "openJobs"`,
    values: [countLimit, now - hourMs],
  })
  if (row === undefined) throw new Error('a select of counts has no row')
  return row
}

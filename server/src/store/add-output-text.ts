/** The statement that numbers and stores what tasks say. */
import { notificationChannel } from './notifications.ts'
import { entriesPerTask } from './task-output-port.ts'

const marker = `more than ${entriesPerTask} entries: what follows is not kept`

/** Heads and reports are locked in the order of their keys, so that two nodes wait for each other without deadlock. */
export const addOutputText = `
  with given as materialized (
    select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::int[], $5::bigint[], $6::text[], $7::text[],
      $8::text[], $9::float8[], $10::text[], $11::int[], $12::int[])
      as g(instance_key, task_key, element, attempt, at, kind, level, message, progress, value, back, task_back)
  ),
  heads as (
    insert into task_output_head as h (instance_key, last)
    select instance_key, count(*) from given group by instance_key order by instance_key
    on conflict (instance_key) do update set last = h.last + excluded.last
    returning h.instance_key, h.last
  ),
  reports as (
    insert into task_report as t (task_key, instance_key, entries, progress, message)
    select task_key, max(instance_key), count(*),
      (array_agg(progress order by task_back) filter (where kind = 'progress'))[1],
      (array_agg(message order by task_back) filter (where kind = 'progress'))[1]
    from given group by task_key order by task_key
    on conflict (task_key) do update set entries = least(t.entries::bigint + excluded.entries, 2000000000)::int,
      progress = coalesce(excluded.progress, t.progress),
      message = case when excluded.progress is null then t.message else excluded.message end
    returning t.task_key, t.entries
  ),
  numbers as materialized (
    select (select jsonb_object_agg(instance_key, last) from heads) as heads,
      (select jsonb_object_agg(task_key, entries) from reports) as reports
  ),
  numbered as materialized (
    select g.*, (n.heads ->> g.instance_key::text)::bigint - g.back as sequence,
      (n.reports ->> g.task_key::text)::bigint - g.task_back as entry
    from given g, numbers n
  ),
  stored as (
    insert into task_output (instance_key, sequence, at, task_key, element, attempt, kind, level, message, progress,
      value)
    select instance_key, sequence, at, task_key, element, attempt, kind, level, message, progress, value
    from numbered where entry <= ${entriesPerTask}
    union all
    select instance_key, sequence, at, task_key, element, attempt, 'log', 'warn', '${marker}', null, null
    from numbered where entry = ${entriesPerTask + 1}
  ),
  told as materialized (
    select pg_notify('${notificationChannel}', json_build_object('from', $13::text,
      'o', (select json_agg(json_build_array(instance_key, last)) from heads))::text)
    where $13::text is not null
  )
  select h.instance_key, h.last from heads h left join told t on true`

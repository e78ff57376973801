/**
 * Runs of DAGs: instances of definitions in their language, and those that were asked for and are no instance yet or
 * never became one. The state of a run is that of its instance.
 */
import type { DagRun, dagRunRoutes } from '@braid/contract/dag-run.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { DagModel } from '@braid/core/model/dag.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import { applicationOf, titleOf } from './dags.ts'
import {
  integerField,
  keyField,
  optionalKeyField,
  requiredTimeField,
  type SearchField,
  textField,
  timeField,
} from './field.ts'
import { hasVariable, type Parameters } from './filter.ts'
import { findRow, type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import { incidentBelow } from './process-instances.ts'
import { type Columns, columnsOf } from './row.ts'

type Request = NonNullable<z.output<(typeof dagRunRoutes)['searchDagRuns']['body']>>

const asked = `coalesce(r.trigger, case when i.parent_instance_key is null then 'manual' else 'parent' end) as trigger,
    coalesce(r.priority, 0) as priority, r.started_by, r.variant, r.schedule_key, r.scheduled_for, r.rerun_of, r.rerun_from`

/** Instances first: `r` is theirs, if they were asked for. Then what has none, of which there is little. */
const runs = `(
    select i.key, i.definition_key, i.process_id as dag_id, coalesce(r.created_at, i.created_at) as created_at,
      i.created_at as started_at, i.ended_at, i.parent_instance_key,
      case when i.status = 'completed' then 'SUCCEEDED' when i.status = 'terminated' then 'CANCELED'
        when i.suspended then 'SUSPENDED' when ${incidentBelow} then 'INCIDENT' else 'RUNNING' end as state,
      ${asked}
    from definition l join instance i on i.definition_key = l.key left join dag_run r on r.key = i.key
    where l.language = 'dag'
    union all
    select r.key, r.definition_key, r.dag_id, r.created_at, null, null, null,
      case r.state when 'queued' then 'QUEUED' when 'canceled' then 'CANCELED' else 'RUNNING' end,
      ${asked}
    from definition l join dag_run r on r.definition_key = l.key left join instance i on i.key = r.key
    where l.language = 'dag' and r.state in ('queued', 'started', 'canceled') and i.key is null
  ) run`

const entity: SearchableEntity = {
  from: `${runs} join definition d on d.key = run.definition_key`,
  key: 'run.key',
  select: `run.*, d.version, ${titleOf} as title`,
  fields: {
    dagRunKey: keyField('run.key'),
    dagKey: keyField('run.definition_key'),
    dagId: textField('run.dag_id'),
    application: textField(`(${applicationOf('run.dag_id')})`),
    state: textField('run.state'),
    trigger: textField('run.trigger'),
    scheduleKey: optionalKeyField('run.schedule_key'),
    parentRunKey: optionalKeyField('run.parent_instance_key'),
    priority: integerField('run.priority'),
    createdAt: requiredTimeField('run.created_at'),
    endedAt: timeField('run.ended_at'),
  } satisfies Record<string, SearchField>,
}

type Listed = Omit<DagRun, 'progress'>

const origin = (column: Columns) => ({
  startedBy: column.optionalText('started_by'),
  variant: column.optionalText('variant'),
  scheduleKey: column.optionalKey('schedule_key'),
  scheduledFor: column.optionalTime('scheduled_for'),
  rerunOf: column.optionalKey('rerun_of'),
  rerunFrom: column.optionalText('rerun_from'),
  parentRunKey: column.optionalKey('parent_instance_key'),
})

function toItem(row: Row): Listed {
  const column = columnsOf(row)
  return {
    dagRunKey: column.key('key'),
    dagKey: column.key('definition_key'),
    dagId: column.text('dag_id'),
    dagTitle: column.text('title'),
    dagVersion: column.number('version'),
    state: column.text('state') as DagRun['state'],
    trigger: column.text('trigger') as DagRun['trigger'],
    ...origin(column),
    priority: column.number('priority'),
    createdAt: column.time('created_at'),
    startedAt: column.optionalTime('started_at'),
    endedAt: column.optionalTime('ended_at'),
  }
}

export async function searchDagRuns(database: Database, request: Request): Promise<Page<DagRun>> {
  const { variables = [], ...filter } = request.filter ?? {}
  const extra = (parameters: Parameters): readonly string[] =>
    variables.map((variable) => hasVariable('run.key', variable, parameters))
  const page = await searchPage(database, entity, { ...request, filter }, extra)
  const progress = await progressOf(database, page.items.map(toItem))
  return { ...page, items: page.items.map(toItem).map((run) => ({ ...run, progress: progress(run) })) }
}

type Done = { readonly key: number; readonly ended: number; readonly nodes: number }

/** In a list: which part of the outermost nodes gave something. What runs inside them counts when one looks at the run. */
async function progressOf(
  database: Database,
  listed: readonly Listed[],
): Promise<(run: Pick<Listed, 'dagRunKey' | 'state'>) => number> {
  const moving = listed.filter(({ state, startedAt }) => startedAt !== undefined && state !== 'SUCCEEDED')
  const rows =
    moving.length === 0
      ? []
      : await database.run<Done>({
          text: `
            select i.key, count(v.name)::int as ended, count(*)::int as nodes
            from instance i join definition d on d.key = i.definition_key
              cross join lateral json_array_elements(d.model::json -> 'nodes') as node
              left join variable v on v.scope_key = i.key and v.name = node ->> 'id'
            where i.key = any($1::bigint[])
            group by i.key`,
          values: [moving.map(({ dagRunKey }) => Number(dagRunKey))],
        })
  const known = new Map(rows.map(({ key, ended, nodes }) => [String(key), nodes === 0 ? 0 : ended / nodes]))
  return ({ dagRunKey, state }) => (state === 'SUCCEEDED' ? 1 : (known.get(dagRunKey) ?? 0))
}

export type FoundDagRun = {
  readonly run: Listed
  readonly model: DagModel
  readonly input: JsonObject
  /** Variables that it began with; a run that nobody asked for has none here. */
  readonly given: JsonObject
  /** The process variables at the end, or until now. */
  readonly variables: JsonObject
}

type ContentRow = {
  readonly model: string
  readonly asked: string | null
  readonly names: readonly string[]
  readonly given: readonly string[]
}

/** `input` is what was asked for; of a run that was not, what its instance has. */
export async function getDagRun(database: Database, key: Key): Promise<FoundDagRun | undefined> {
  const row = await findRow(database, entity, key)
  if (row === undefined) return undefined
  const run = toItem(row)
  const [content] = await database.run<ContentRow>({
    text: `
      select d.model, (select variables from dag_run where key = $2) as asked,
        coalesce(array_agg(v.name) filter (where v.name is not null), '{}') as names,
        coalesce(array_agg(v.value) filter (where v.name is not null), '{}') as given
      from definition d left join variable v on v.scope_key = $2
      where d.key = $1
      group by d.model`,
    values: [Number(run.dagKey), key],
  })
  if (content === undefined) return undefined
  const variables = Object.fromEntries(
    content.names.map((name, index) => [name, JSON.parse(content.given[index] ?? 'null')]),
  ) as JsonObject
  const given = content.asked === null ? {} : (JSON.parse(content.asked) as JsonObject)
  return {
    run,
    model: JSON.parse(content.model) as DagModel,
    input: (given.input ?? variables.input ?? {}) as JsonObject,
    given,
    variables,
  }
}

/** The parts that people look at: user tasks, incidents, variables. */
import type { Key } from '@braid/core/base/key.ts'
import type { UserTaskFields } from '@braid/core/engine/wait-event.ts'
import type { NetRows, TaskUpdate, VariableWrite } from '../net-rows.ts'
import { bigint, definePart, int, type Owned, ofStored, owned, text } from './part.ts'

const defaultPriority = 50

/** Milliseconds of an ISO 8601 date-time; null when absent or not one. */
function instantOf(value: string | null | undefined): number | null {
  if (value === null || value === undefined) return null
  const instant = Date.parse(value)
  return Number.isNaN(instant) ? null : instant
}

/** A one-dimensional array as PostgreSQL writes it: each item quoted. */
const arrayLiteral = (items: readonly string[]): string =>
  `{${items.map((item) => `"${item.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`

type TaskInsert = NetRows['insertTasks'][number]

const insertTasks = definePart<Owned<TaskInsert>>({
  name: 'insert_tasks',
  collect: (batch) => owned(batch, ({ net }) => net.insertTasks),
  columns: {
    key: bigint(({ row }) => row.row.key),
    instance_key: bigint(({ commit }) => commit.key),
    definition_key: bigint(({ commit }) => commit.definitionKey),
    process_id: text(({ commit }) => commit.processId),
    element_instance_key: bigint(({ row }) => row.row.elementInstanceKey),
    element: text(({ row }) => row.row.element),
    name: text(({ row }) => row.row.name ?? null),
    form_id: text(({ row }) => row.row.formId ?? null),
    external_form_reference: text(({ row }) => row.row.externalFormReference ?? null),
    assignee: text(({ row }) => row.row.assignee ?? null),
    candidate_users: text(({ row }) => arrayLiteral(row.row.candidateUsers ?? [])),
    candidate_groups: text(({ row }) => arrayLiteral(row.row.candidateGroups ?? [])),
    due_date: bigint(({ row }) => instantOf(row.row.dueDate)),
    follow_up_date: bigint(({ row }) => instantOf(row.row.followUpDate)),
    priority: int(({ row }) => row.row.priority ?? defaultPriority),
    state: text(({ row }) => row.state),
    at: bigint(({ commit }) => commit.at),
  },
  text: ({ rows }) => `
    insert_tasks as (
      insert into user_task (key, instance_key, definition_key, process_id, element_instance_key, element, name,
        form_id, external_form_reference, assignee, candidate_users, candidate_groups, due_date, follow_up_date,
        priority, state, created_at, ended_at)
      select r.key, r.instance_key, r.definition_key, r.process_id, r.element_instance_key, r.element, r.name,
        r.form_id, r.external_form_reference, r.assignee, r.candidate_users::text[], r.candidate_groups::text[],
        r.due_date, r.follow_up_date, r.priority, r.state, r.at, case when r.state <> 'CREATED' then r.at end
      from ${rows} where ${ofStored}
    )`,
})

/** One bit per field that a change names; the others stay as they are. */
const fieldBits: Readonly<Record<keyof UserTaskFields, number>> = {
  assignee: 1,
  candidateUsers: 2,
  candidateGroups: 4,
  dueDate: 8,
  followUpDate: 16,
  priority: 32,
}

function namedFields(changes: UserTaskFields): number {
  let bits = 0
  for (const [name, bit] of Object.entries(fieldBits)) if (name in changes) bits |= bit
  return bits
}

const updateTasks = definePart<Owned<TaskUpdate>>({
  name: 'update_tasks',
  collect: (batch) => owned(batch, ({ net }) => net.updateTasks),
  columns: {
    key: bigint(({ row }) => row.key),
    instance_key: bigint(({ commit }) => commit.key),
    named: int(({ row }) => namedFields(row.changes)),
    assignee: text(({ row }) => row.changes.assignee ?? null),
    candidate_users: text(({ row }) => arrayLiteral(row.changes.candidateUsers ?? [])),
    candidate_groups: text(({ row }) => arrayLiteral(row.changes.candidateGroups ?? [])),
    due_date: bigint(({ row }) => instantOf(row.changes.dueDate)),
    follow_up_date: bigint(({ row }) => instantOf(row.changes.followUpDate)),
    priority: int(({ row }) => row.changes.priority ?? defaultPriority),
    state: text(({ row }) => row.state),
    at: bigint(({ commit }) => commit.at),
  },
  text: ({ rows }) => `
    update_tasks as (
      update user_task t
      set assignee = case when r.named & 1 > 0 then r.assignee else t.assignee end,
        candidate_users = case when r.named & 2 > 0 then r.candidate_users::text[] else t.candidate_users end,
        candidate_groups = case when r.named & 4 > 0 then r.candidate_groups::text[] else t.candidate_groups end,
        due_date = case when r.named & 8 > 0 then r.due_date else t.due_date end,
        follow_up_date = case when r.named & 16 > 0 then r.follow_up_date else t.follow_up_date end,
        priority = case when r.named & 32 > 0 then r.priority else t.priority end,
        state = r.state, ended_at = case when r.state <> 'CREATED' then r.at end
      from ${rows}
      where t.key = r.key and ${ofStored}
    )`,
})

type IncidentInsert = NetRows['insertIncidents'][number]

const insertIncidents = definePart<Owned<IncidentInsert>>({
  name: 'insert_incidents',
  collect: (batch) => owned(batch, ({ net }) => net.insertIncidents),
  columns: {
    key: bigint(({ row }) => row.row.key),
    instance_key: bigint(({ commit }) => commit.key),
    definition_key: bigint(({ commit }) => commit.definitionKey),
    process_id: text(({ commit }) => commit.processId),
    element_instance_key: bigint(({ row }) => row.row.elementInstanceKey),
    element: text(({ row }) => row.row.element),
    job_key: bigint(({ row }) => row.row.jobKey ?? null),
    incident_type: text(({ row }) => row.row.incidentType),
    message: text(({ row }) => row.row.message),
    raised_at: bigint(({ commit }) => commit.at),
    resolved_at: bigint(({ row, commit }) => (row.resolved ? commit.at : null)),
  },
  text: ({ rows }) => `
    insert_incidents as (
      insert into incident (key, instance_key, definition_key, process_id, element_instance_key, element, job_key,
        incident_type, message, raised_at, resolved_at)
      select r.* from ${rows} where ${ofStored}
    )`,
})

const resolveIncidents = definePart<Owned<Key>>({
  name: 'resolve_incidents',
  collect: (batch) => owned(batch, ({ net }) => net.resolveIncidents),
  columns: {
    key: bigint(({ row }) => row),
    instance_key: bigint(({ commit }) => commit.key),
    at: bigint(({ commit }) => commit.at),
  },
  text: ({ rows }) => `
    resolve_incidents as (
      update incident i set resolved_at = r.at
      from ${rows}
      where i.key = r.key and ${ofStored}
    )`,
})

const setVariables = definePart<Owned<VariableWrite>>({
  name: 'set_variables',
  collect: (batch) => owned(batch, ({ net }) => net.variables),
  columns: {
    scope_key: bigint(({ row }) => row.scope),
    name: text(({ row }) => row.name),
    value: text(({ row }) => JSON.stringify(row.value)),
    instance_key: bigint(({ commit }) => commit.key),
  },
  text: ({ rows }) => `
    set_variables as (
      insert into variable (scope_key, name, value, instance_key)
      select r.* from ${rows} where ${ofStored}
      on conflict (scope_key, name) do update set value = excluded.value
      where variable.value <> excluded.value
    )`,
})

export const recordParts = {
  insertTasks,
  updateTasks,
  insertIncidents,
  resolveIncidents,
  setVariables,
} as const

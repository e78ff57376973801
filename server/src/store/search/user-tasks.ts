import type { UserTask, userTaskSearch } from '@braid/contract/user-task.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { UserTaskSpec } from '@braid/core/model/program.ts'
import { headersOf, workOf } from '@braid/core/model/work.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import { integerField, keyField, requiredTimeField, tenantField, textField, timeField } from './field.ts'
import { hasVariable, someItem } from './filter.ts'
import { chooseForm, type FormVersion, loadFormVersions } from './forms.ts'
import { findRow, type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import type { ElementsOf, Programs } from './programs.ts'
import { columnsOf, defaultTenant } from './row.ts'

type Request = NonNullable<z.output<typeof userTaskSearch>>

const entity: SearchableEntity = {
  from: 'user_task t join definition d on d.key = t.definition_key',
  key: 't.key',
  select: `t.key, t.name, t.state, t.element, t.element_instance_key, t.instance_key, t.definition_key, t.process_id,
    d.version, d.name as process_name, d.deployment_key, t.assignee, t.candidate_users, t.candidate_groups, t.due_date,
    t.follow_up_date, t.priority, t.created_at, t.ended_at, t.form_id, t.external_form_reference`,
  fields: {
    userTaskKey: keyField('t.key'),
    name: textField('t.name'),
    state: textField('t.state'),
    assignee: textField('t.assignee'),
    priority: integerField('t.priority'),
    elementId: textField('t.element'),
    elementInstanceKey: keyField('t.element_instance_key'),
    processInstanceKey: keyField('t.instance_key'),
    processDefinitionKey: keyField('t.definition_key'),
    processDefinitionId: textField('t.process_id'),
    creationDate: requiredTimeField('t.created_at'),
    completionDate: timeField('t.ended_at'),
    dueDate: timeField('t.due_date'),
    followUpDate: timeField('t.follow_up_date'),
    tenantId: tenantField,
  },
}

/** The version that the task's binding means. */
const formOf = (
  forms: readonly FormVersion[],
  formId: string,
  task: UserTaskSpec | undefined,
  deploymentKey: number,
): number | undefined =>
  chooseForm(forms, formId, { binding: task?.formBinding, versionTag: task?.formVersionTag }, deploymentKey)

function toItem(row: Row, elementsOf: ElementsOf, forms: readonly FormVersion[]): UserTask {
  const column = columnsOf(row)
  const elementId = column.text('element')
  const formId = column.optionalText('form_id')
  const node = elementsOf(column.number('definition_key')).get(elementId)
  const work = node === undefined ? undefined : workOf(node)
  const task = work?.type === 'user-task' ? work.task : undefined
  const form = formId === undefined ? undefined : formOf(forms, formId, task, column.number('deployment_key'))
  const state = column.text('state')
  return {
    userTaskKey: column.key('key'),
    name: column.optionalText('name'),
    state: state === 'CREATED' || state === 'COMPLETED' ? state : 'CANCELED',
    elementId,
    elementInstanceKey: column.key('element_instance_key'),
    processInstanceKey: column.key('instance_key'),
    processDefinitionKey: column.key('definition_key'),
    processDefinitionId: column.text('process_id'),
    processDefinitionVersion: column.number('version'),
    processName: column.optionalText('process_name'),
    assignee: column.optionalText('assignee'),
    candidateGroups: column.texts('candidate_groups'),
    candidateUsers: column.texts('candidate_users'),
    dueDate: column.optionalTime('due_date'),
    followUpDate: column.optionalTime('follow_up_date'),
    priority: column.number('priority'),
    creationDate: column.time('created_at'),
    completionDate: column.optionalTime('ended_at'),
    formKey: form === undefined ? undefined : String(form),
    formId,
    externalFormReference: column.optionalText('external_form_reference'),
    customHeaders: headersOf(node),
    tenantId: defaultTenant,
  }
}

async function toItems(database: Database, programs: Programs, rows: readonly Row[]): Promise<UserTask[]> {
  const formIds = new Set(rows.flatMap((row) => columnsOf(row).optionalText('form_id') ?? []))
  const [elementsOf, forms] = await Promise.all([
    programs.load(rows.map((row) => columnsOf(row).number('definition_key'))),
    formIds.size === 0 ? [] : loadFormVersions(database, [...formIds]),
  ])
  return rows.map((row) => toItem(row, elementsOf, forms))
}

export async function searchUserTasks(
  database: Database,
  programs: Programs,
  request: Request,
): Promise<Page<UserTask>> {
  const { candidateUser, candidateGroup, processInstanceVariables = [], ...filter } = request.filter ?? {}
  const page = await searchPage(database, entity, { ...request, filter }, (parameters) => [
    ...(candidateUser === undefined ? [] : [someItem('t.candidate_users', candidateUser, parameters)]),
    ...(candidateGroup === undefined ? [] : [someItem('t.candidate_groups', candidateGroup, parameters)]),
    ...processInstanceVariables.map((variable) => hasVariable('t.instance_key', variable, parameters)),
  ])
  return { ...page, items: await toItems(database, programs, page.items) }
}

export async function getUserTask(
  database: Database,
  programs: Programs,
  key: Key,
): Promise<UserTask | undefined> {
  const row = await findRow(database, entity, key)
  return row === undefined ? undefined : (await toItems(database, programs, [row]))[0]
}

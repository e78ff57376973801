import { type Job, type jobSearch, kindOf } from '@braid/contract/job.ts'
import { headersOf } from '@braid/core/model/work.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import { booleanField, integerField, keyField, tenantField, textField, timeField } from './field.ts'
import { type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import type { ElementsOf, Programs } from './programs.ts'
import { columnsOf, defaultTenant } from './row.ts'

type Request = NonNullable<z.output<typeof jobSearch>>

/** Jobs that are done are gone: the log of their instance tells about them. */
const entity: SearchableEntity = {
  from: 'job j',
  key: 'j.key',
  select: `j.key, j.job_type, j.retries, j.worker, j.available_at, j.message, j.instance_key, j.definition_key,
    j.process_id, j.element, j.element_instance_key, j.listener_on, j.listener_index, j.priority,
    j.role`,
  fields: {
    jobKey: keyField('j.key'),
    type: textField('j.job_type'),
    state: textField(`case when j.message is null then 'CREATED' else 'FAILED' end`),
    kind: textField(`case when j.listener_on is null then 'BPMN_ELEMENT'
      when j.listener_on in ('start', 'end') then 'EXECUTION_LISTENER' else 'TASK_LISTENER' end`),
    listenerEventType: textField(`upper(coalesce(j.listener_on, 'unspecified'))`),
    worker: textField(`coalesce(j.worker, '')`),
    retries: integerField('j.retries'),
    priority: integerField('j.priority'),
    deadline: timeField('case when j.worker is not null then j.available_at end'),
    errorMessage: textField('j.message'),
    hasFailedWithRetriesLeft: booleanField('j.message is not null and j.retries > 0'),
    processInstanceKey: keyField('j.instance_key'),
    processDefinitionKey: keyField('j.definition_key'),
    processDefinitionId: textField('j.process_id'),
    elementId: textField('j.element'),
    elementInstanceKey: keyField('j.element_instance_key'),
    tenantId: tenantField,
  },
}

function toItem(row: Row, elementsOf: ElementsOf): Job {
  const column = columnsOf(row)
  const worker = column.optionalText('worker')
  const errorMessage = column.optionalText('message')
  const retries = column.number('retries')
  const elementId = column.text('element')
  const on = column.optionalText('listener_on')
  const listener = on === undefined ? undefined : { on, index: column.number('listener_index') }
  return {
    jobKey: column.key('key'),
    type: column.text('job_type'),
    state: errorMessage === undefined ? 'CREATED' : 'FAILED',
    ...kindOf(listener?.on),
    retries,
    priority: column.number('priority'),
    worker: worker ?? '',
    deadline: worker === undefined ? undefined : column.time('available_at'),
    errorMessage,
    hasFailedWithRetriesLeft: errorMessage !== undefined && retries > 0,
    customHeaders: {
      ...headersOf(elementsOf(column.number('definition_key')).get(elementId), {
        ...(listener === undefined ? {} : { listener }),
        items: column.optionalText('role') === 'items',
      }),
    },
    processInstanceKey: column.key('instance_key'),
    processDefinitionKey: column.key('definition_key'),
    processDefinitionId: column.text('process_id'),
    elementId,
    elementInstanceKey: column.key('element_instance_key'),
    tenantId: defaultTenant,
  }
}

export async function searchJobs(
  database: Database,
  programs: Programs,
  request: Request,
): Promise<Page<Job>> {
  const page = await searchPage(database, entity, { ...request, filter: request.filter ?? {} })
  const elementsOf = await programs.load(page.items.map((row) => columnsOf(row).number('definition_key')))
  return { ...page, items: page.items.map((row) => toItem(row, elementsOf)) }
}

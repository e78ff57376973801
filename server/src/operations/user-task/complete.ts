import type { JsonObject } from '@braid/core/base/json.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import { checkSubmission } from '../form/check-submission.ts'
import { keyOf } from '../keys.ts'
import { type Context, operation } from '../operation.ts'
import type { Refusal } from '../refusal.ts'
import { findOpenUserTask, type OpenUserTask, submit } from '../submit.ts'

export const completeUserTask = operation({
  id: 'completeUserTask',
  target: ({ params }) => params.userTaskKey,
  run: async (context, { params, body }) => {
    const open = await findOpenUserTask(context, params.userTaskKey)
    if (!open.ok) return open
    const { userTaskKey, instanceKey } = open.value
    const variables = await checkForm(context, open.value, body?.variables ?? {})
    if (!variables.ok) return variables
    const action = body?.action || 'complete'
    return submit(context, instanceKey, {
      type: 'complete-user-task',
      userTaskKey,
      variables: variables.value,
      action,
    })
  },
})

/** What the form of the task makes of the variables; they stay as they are when it has none. */
async function checkForm(
  context: Context,
  { task, instanceKey }: OpenUserTask,
  submitted: JsonObject,
): Promise<Result<JsonObject, Refusal>> {
  if (task.formKey === undefined) return success(submitted)
  const formKey = keyOf('form', task.formKey)
  if (!formKey.ok) return formKey
  const element = keyOf('element instance', task.elementInstanceKey)
  if (!element.ok) return element
  const [form, known] = await Promise.all([
    context.reads.getForm(formKey.value),
    context.execution.variablesAt(instanceKey, element.value),
  ])
  return form === undefined ? success(submitted) : checkSubmission(context, form, known ?? {}, submitted)
}

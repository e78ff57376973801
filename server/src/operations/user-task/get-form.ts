import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getUserTaskForm = operation({
  id: 'getUserTaskForm',
  run: async ({ reads }, { params: { userTaskKey } }) => {
    const key = keyOf('user task', userTaskKey)
    if (!key.ok) return key
    const task = await reads.getUserTask(key.value)
    if (task === undefined) return notFound('user task', userTaskKey)
    if (task.formKey === undefined) return success(undefined)
    const formKey = keyOf('form', task.formKey)
    return formKey.ok ? success(await reads.getForm(formKey.value)) : formKey
  },
})

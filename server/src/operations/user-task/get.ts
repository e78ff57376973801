import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getUserTask = operation({
  id: 'getUserTask',
  run: async ({ reads }, { params }) => {
    const key = keyOf('user task', params.userTaskKey)
    if (!key.ok) return key
    const found = await reads.getUserTask(key.value)
    return found === undefined ? notFound('user task', params.userTaskKey) : success(found)
  },
})

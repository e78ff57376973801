import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const searchProcessDefinitions = operation({
  id: 'searchProcessDefinitions',
  run: async ({ reads }, { body }) => success(await reads.search.processDefinitions(body ?? {})),
})

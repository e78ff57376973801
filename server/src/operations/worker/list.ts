import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const listWorkers = operation({
  id: 'listWorkers',
  run: async ({ workers }) => success({ items: await workers.list() }),
})

import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const listApplications = operation({
  id: 'listApplications',
  run: async ({ applications }) => success({ items: applications.list() }),
})

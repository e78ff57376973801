import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const getSignInOptions = operation({
  id: 'getSignInOptions',
  run: async ({ config }) => success({ registration: config.registration }),
})

import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { apiKeyOf } from './api-key.ts'

export const listApiKeys = operation({
  id: 'listApiKeys',
  run: async ({ access }) => success({ items: (await access.listApiKeys()).map(apiKeyOf) }),
})

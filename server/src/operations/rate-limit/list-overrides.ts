import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { shownOverride } from './rate-limit.ts'

export const listRateLimitOverrides = operation({
  id: 'listRateLimitOverrides',
  run: async ({ rateLimitStore }) => {
    const { overrides } = await rateLimitStore.load()
    return success({ items: overrides.map(shownOverride) })
  },
})

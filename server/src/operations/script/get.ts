import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { findScript } from './access.ts'

export const getScript = operation({
  id: 'getScript',
  run: async ({ reads }, { params }, { identity }) => {
    const found = await findScript({ reads }, identity, params.scriptKey)
    return found.ok ? success(found.value.script) : found
  },
})

import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { findScript } from './access.ts'

export const listScriptVersions = operation({
  id: 'listScriptVersions',
  run: async ({ reads }, { params }, { identity }) => {
    const found = await findScript({ reads }, identity, params.scriptKey)
    if (!found.ok) return found
    const { key, userId } = found.value
    return success({ items: await reads.getScriptVersions(key, userId) })
  },
})

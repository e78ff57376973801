import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import { findScript } from './access.ts'

export const getScriptVersion = operation({
  id: 'getScriptVersion',
  run: async ({ reads }, { params: { scriptKey, version } }, { identity }) => {
    const found = await findScript({ reads }, identity, scriptKey)
    if (!found.ok) return found
    const { key, userId } = found.value
    const old = await reads.getScriptVersion(key, userId, version)
    return old === undefined
      ? refuse('NOT_FOUND', `script ${scriptKey} has no version ${version}, or not any more`)
      : success(old)
  },
})

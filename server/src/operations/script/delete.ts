import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { findForChange, noSuchScript } from './access.ts'

export const deleteScript = operation({
  id: 'deleteScript',
  target: ({ params }) => params.scriptKey,
  run: async ({ scripts, reads }, { params: { scriptKey } }, { identity }) => {
    const found = await findForChange({ reads }, identity, scriptKey)
    if (!found.ok) return found
    return (await scripts.delete(found.value.key)) ? success(undefined) : noSuchScript(scriptKey)
  },
})

import { maxScripts } from '@braid/contract/script.ts'
import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import { noSuchScript } from './access.ts'

export const createScript = operation({
  id: 'createScript',
  target: (_, answer) => answer.scriptKey,
  run: async ({ scripts, reads, execution, now }, { body }, { identity }) => {
    if (identity === undefined) return refuse('UNAUTHENTICATED', 'a script belongs to who saves it')
    const { userId, username } = identity
    const key = await execution.nextKey()
    const created = await scripts.create({ ...body, key, ownerId: userId, now: now(), createdBy: username })
    if (!created) {
      return refuse('INVALID_STATE', `you have ${maxScripts} scripts, as many as one may have: delete some`)
    }
    const script = await reads.getScript(key, userId)
    return script === undefined ? noSuchScript(String(key)) : success(script)
  },
})

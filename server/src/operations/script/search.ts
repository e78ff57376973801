import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'

export const searchScripts = operation({
  id: 'searchScripts',
  run: async ({ reads }, { body }, { identity }) =>
    identity === undefined
      ? refuse('UNAUTHENTICATED', 'whose scripts these are depends on who asks')
      : success(await reads.search.scripts(body ?? {}, identity.userId)),
})

import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import { sessionOf } from './identity-session.ts'

export const getSession = operation({
  id: 'getSession',
  run: async (_, __, { identity }) =>
    identity === undefined ? refuse('UNAUTHENTICATED', 'nobody is signed in') : success(sessionOf(identity)),
})

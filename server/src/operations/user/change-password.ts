import { failure, success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import { countedUnlessBroken, refusedFor } from '../session/create.ts'
import { checkPassword } from './password-rules.ts'

export const changePassword = operation({
  id: 'changePassword',
  target: (_) => undefined,
  run: async ({ users, passwords, attempts, authenticator }, { body }, { identity }) => {
    if (identity?.kind !== 'session') return refuse('FORBIDDEN', 'an API key has no password')
    const { userId, username, sessionId } = identity
    const fine = checkPassword(body.newPassword, 'body.newPassword', { username, email: identity.email })
    if (!fine.ok) return fine
    // A stolen session is no way to guess the password either.
    const who = `own:${userId}`
    const tooMany = refusedFor(attempts.account, who)
    if (tooMany !== undefined) return failure(tooMany)
    const isRight = await countedUnlessBroken(attempts.account, who, async () => {
      const user = await users.find(username)
      // Who came by a link and has no password yet gives none.
      if (user !== undefined && user.passwordHash === undefined) return true
      return passwords.verify(body.currentPassword ?? '', user?.passwordHash)
    })
    if (!isRight) {
      const message = 'expected the current password'
      const errors = [{ path: 'body.currentPassword', message }]
      return refuse('INVALID_REQUEST', `body.currentPassword: ${message}`, { errors })
    }
    attempts.account.forget(who)
    const passwordHash = await passwords.hash(body.newPassword)
    await users.update({ userId, passwordHash, keptSession: sessionId })
    authenticator.forgetAll()
    return success(undefined)
  },
})

import { success } from '@braid/core/base/result.ts'
import { reaches } from '../identity.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import { builtInAdministrator } from '../session/create-link.ts'
import { beyond, findForChange, noSuchUser } from './find.ts'
import { checkPassword } from './password-rules.ts'
import { alreadyTaken } from './taken.ts'

export const updateUser = operation({
  id: 'updateUser',
  target: (_, answer) => answer.username,
  run: async ({ users, passwords, authenticator, reads }, { params, body }, { identity }) => {
    const found = await findForChange({ users }, identity, params.username)
    if (!found.ok) return found
    const user = found.value
    const { role } = body
    if (role !== undefined && (identity === undefined || !reaches(identity, role))) return beyond(role)
    if (role !== undefined && role !== 'administrator' && user.username === builtInAdministrator) {
      return refuse('INVALID_STATE', 'admin stays an administrator: the link of each start signs it in')
    }
    const email = body.email === undefined || body.email === null ? user.email : body.email || undefined
    const password = body.password || undefined
    if (password !== undefined) {
      const fine = checkPassword(password, 'body.password', { username: user.username, email })
      if (!fine.ok) return fine
    }
    const updated = await users.update({
      userId: user.userId,
      displayName: body.name ?? undefined,
      email: email === user.email ? undefined : (email ?? null),
      role,
      passwordHash: password === undefined ? undefined : await passwords.hash(password),
      keptSession: user.userId === identity?.userId ? identity.sessionId : undefined,
    })
    authenticator.forgetAll()
    if (updated === undefined) return noSuchUser(params.username)
    if ('taken' in updated) return alreadyTaken(updated)
    const changed = await reads.getUser(user.username)
    return changed === undefined ? noSuchUser(params.username) : success(changed)
  },
})

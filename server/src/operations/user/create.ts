import { success } from '@braid/core/base/result.ts'
import { reaches } from '../identity.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import { beyond, noSuchUser } from './find.ts'
import { checkPassword } from './password-rules.ts'
import { alreadyTaken } from './taken.ts'

export const createUser = operation({
  id: 'createUser',
  target: (_, answer) => answer.username,
  run: async ({ users, passwords, reads, now }, { body }, { identity }) => {
    const { username, password, role = 'user' } = body
    if (identity === undefined && body.role !== undefined) {
      return refuse('FORBIDDEN', 'who registers gets the role user; leave role out')
    }
    if (identity !== undefined && !reaches(identity, role)) return beyond(role)
    const email = body.email ?? undefined
    const fine = checkPassword(password, 'body.password', { username, email })
    if (!fine.ok) return fine
    const created = await users.create({
      username,
      displayName: body.name || username,
      email,
      role,
      passwordHash: await passwords.hash(password),
      now: now(),
    })
    if ('taken' in created) return alreadyTaken(created)
    const user = await reads.getUser(username)
    return user === undefined ? noSuchUser(username) : success(user)
  },
})

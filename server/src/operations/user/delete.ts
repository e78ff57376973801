import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import { builtInAdministrator } from '../session/create-link.ts'
import { findForChange, noSuchUser } from './find.ts'

export const deleteUser = operation({
  id: 'deleteUser',
  target: ({ params }) => params.username,
  run: async ({ users, authenticator }, { params }, { identity }) => {
    const found = await findForChange({ users }, identity, params.username)
    if (!found.ok) return found
    const { userId, username } = found.value
    if (username === builtInAdministrator) {
      return refuse('INVALID_STATE', 'admin can’t be deleted: the link of each start signs it in')
    }
    if (userId === identity?.userId) {
      const message = 'expected another user: nobody deletes themselves'
      const errors = [{ path: 'params.username', message }]
      return refuse('INVALID_REQUEST', `params.username: ${message}`, { errors })
    }
    const deleted = await users.delete(userId)
    authenticator.forgetAll()
    return deleted ? success(undefined) : noSuchUser(params.username)
  },
})

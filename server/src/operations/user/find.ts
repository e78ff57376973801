import type { Role } from '@braid/contract/role.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import type { UserWithPassword } from '../../store/user-store.ts'
import { type Identity, reaches } from '../identity.ts'
import type { Context } from '../operation.ts'
import { type Refusal, refuse } from '../refusal.ts'

export const noSuchUser = (username: string) => refuse('NOT_FOUND', `there is no user ${username}`)

/** A user that the caller may change: nobody changes who may do more than they. */
export async function findForChange(
  { users }: Pick<Context, 'users'>,
  identity: Identity | undefined,
  username: string,
): Promise<Result<UserWithPassword, Refusal>> {
  const user = await users.find(username)
  if (user === undefined) return noSuchUser(username)
  if (identity === undefined || !reaches(identity, user.role)) return beyond(user.role)
  return success(user)
}

export const beyond = (role: Role) =>
  refuse('FORBIDDEN', `the role ${role} may do what you may not: ask somebody who has it`)

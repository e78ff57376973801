/** People in PostgreSQL. Names and mail addresses are found in either case. Passwords come in as salted hashes only. */
import type { Role } from '@braid/contract/role.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { StoredUser } from './access.ts'
import type { Database } from './database.ts'
import { StoreError } from './store-error.ts'

/** Absent hash: no password; only a link signs this person in. */
export type UserWithPassword = StoredUser & { readonly passwordHash?: string }

/** Which of the two is somebody's already. */
export type Taken = { readonly taken: 'username' | 'email' }

export type UserStore = ReturnType<typeof createUserStore>

type UserRow = Omit<UserWithPassword, 'email' | 'passwordHash'> & {
  readonly email: string | null
  readonly passwordHash: string | null
}

const columns = `id::text as "userId", username, display_name as "displayName", email, role,
  password_hash as "passwordHash"`

const userOf = ({ email, passwordHash, ...row }: UserRow): UserWithPassword => ({
  ...row,
  ...(email === null ? {} : { email }),
  ...(passwordHash === null ? {} : { passwordHash }),
})

export type UserChange = {
  readonly userId: string
  readonly displayName?: string | undefined
  readonly email?: string | null | undefined
  readonly role?: Role | undefined
  readonly passwordHash?: string | undefined
  readonly keptSession?: string | undefined
}

async function change(transaction: Database, user: UserChange): Promise<StoredUser | undefined> {
  const [row] = await transaction.run<UserRow>({
    text: `update user_account set
             display_name = coalesce($2, display_name),
             email = case when $3 then $4 else email end,
             role = coalesce($5, role),
             password_hash = coalesce($6, password_hash)
           where id = $1::bigint
           returning ${columns}`,
    values: [
      user.userId,
      user.displayName ?? null,
      user.email !== undefined,
      user.email ?? null,
      user.role ?? null,
      user.passwordHash ?? null,
    ],
  })
  // After the update, whose lock a sign-in with the old password waits for: so no such session is missed.
  if (user.passwordHash !== undefined) {
    await transaction.run({
      text: 'delete from session where user_id = $1::bigint and id is distinct from $2::bigint',
      values: [user.userId, user.keptSession ?? null],
    })
  }
  return row === undefined ? undefined : userOf(row)
}

export function createUserStore(database: Database) {
  const find = async (username: string): Promise<UserWithPassword | undefined> => {
    const [row] = await database.run<UserRow>({
      name: 'find-user',
      text: `select ${columns} from user_account where lower(username) = lower($1)`,
      values: [username],
    })
    return row === undefined ? undefined : userOf(row)
  }

  return {
    find,

    async create(user: {
      readonly username: string
      readonly displayName: string
      readonly email: string | undefined
      readonly role: Role
      readonly passwordHash: string
      readonly now: Instant
    }): Promise<StoredUser | Taken> {
      const [row] = await database.run<UserRow>({
        text: `insert into user_account (username, display_name, email, role, password_hash, created_at)
               values ($1, $2, $3, $4, $5, $6)
               on conflict do nothing
               returning ${columns}`,
        values: [user.username, user.displayName, user.email ?? null, user.role, user.passwordHash, user.now],
      })
      if (row !== undefined) return userOf(row)
      return { taken: (await find(user.username)) === undefined ? 'email' : 'username' }
    },

    /**
     * What is undefined stays; an `email` of null goes. A new password ends the sessions of the user, all but
     * `keptSession`. Undefined when there is no such user.
     */
    async update(user: UserChange): Promise<StoredUser | Taken | undefined> {
      try {
        return await database.transaction((transaction) => change(transaction, user))
      } catch (error) {
        if (error instanceof StoreError && error.kind === 'conflict') return { taken: 'email' }
        throw error
      }
    },

    /** The same password, hashed as it is done now; not when it was changed meanwhile. */
    async renewPasswordHash(userId: string, from: string, to: string): Promise<void> {
      await database.run({
        text: 'update user_account set password_hash = $3 where id = $1::bigint and password_hash = $2',
        values: [userId, from, to],
      })
    },

    /**
     * With sessions, API keys and private scripts; shared scripts stay, without owner. The user is locked first, so that
     * nothing is added to it meanwhile. False when there is no such user.
     */
    delete(userId: string): Promise<boolean> {
      return database.transaction(async (transaction) => {
        const locked = await transaction.run({
          text: 'select id from user_account where id = $1::bigint for update',
          values: [userId],
        })
        await transaction.run({
          text: 'delete from script where owner_id = $1::bigint and not shared',
          values: [userId],
        })
        await transaction.run({ text: 'delete from user_account where id = $1::bigint', values: [userId] })
        return locked.length === 1
      })
    },
  }
}

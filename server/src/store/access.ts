/**
 * Sessions, API keys and the audit log in PostgreSQL: one function per statement. Secrets come in as SHA-256 hashes only.
 * Ids of users, sessions and API keys are decimal strings, as on the wire.
 */
import type { Role } from '@braid/contract/role.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { Database } from './database.ts'

export type StoredUser = {
  readonly userId: string
  readonly username: string
  readonly displayName: string
  readonly email?: string
  readonly role: Role
}

export type StoredSession = StoredUser & {
  readonly sessionId: string
  readonly createdAt: Instant
  readonly expiresAt: Instant
}

/** Where a session was opened, as far as the request said. */
export type SessionOrigin = { readonly userAgent: string | undefined; readonly address: string | undefined }

export type ListedSession = Pick<StoredSession, 'sessionId' | 'createdAt' | 'expiresAt'> &
  Partial<SessionOrigin>

type NewSession = SessionOrigin & {
  readonly sessionHash: Uint8Array
  readonly now: Instant
  readonly expiresAt: Instant
}

export type StoredApiKey = {
  readonly id: string
  readonly name: string
  readonly grants: readonly string[]
  readonly createdAt: Instant
  readonly createdBy: string
  readonly expiresAt?: Instant
  readonly lastUsedAt?: Instant
}

/** A key with the user it belongs to, who bounds what it may do. */
export type OwnedApiKey = StoredApiKey & { readonly userId: string; readonly role: Role }

export type AuditEntry = {
  readonly at: Instant
  readonly actorKind: string
  readonly actor: string
  readonly operation: string
  readonly target?: string
  readonly requestId: string
}

type Runner = Pick<Database, 'run'>

export type AccessStore = ReturnType<typeof createAccessStore>

export function createAccessStore(database: Runner) {
  return { ...signIn(database), ...apiKeys(database), ...audit(database) }
}

type SessionRow = Omit<StoredSession, 'email'> & { readonly email: string | null }

const sessionColumns = `user_account.id::text as "userId", username, display_name as "displayName", email, role,
  session.id::text as "sessionId", session.created_at as "createdAt", session.expires_at as "expiresAt"`

const sessionOf = ({ email, ...row }: SessionRow): StoredSession => ({
  ...row,
  ...(email === null ? {} : { email }),
})

/** Beyond, the oldest session of a user makes room for a new one. */
export const sessionsPerUser = 100

function signIn(database: Runner) {
  return {
    /** A one-time link for a user; links that are over are removed. False: no such user. */
    async createSignInLink(link: {
      readonly tokenHash: Uint8Array
      readonly username: string
      readonly now: Instant
      readonly expiresAt: Instant
    }): Promise<boolean> {
      const created = await database.run({
        text: `with expired as (delete from sign_in_link where expires_at < $3)
               insert into sign_in_link (token_hash, user_id, expires_at)
               select $1, id, $4 from user_account where lower(username) = lower($2)
               returning user_id`,
        values: [link.tokenHash, link.username, link.now, link.expiresAt],
      })
      return created.length === 1
    },

    /** Uses a link up and answers whom it is for, once; undefined when it is over or was used. */
    async redeemSignInLink(tokenHash: Uint8Array, now: Instant): Promise<string | undefined> {
      const [link] = await database.run<{ readonly userId: string }>({
        text: `with link as (delete from sign_in_link where token_hash = $1 returning user_id, expires_at)
               select user_id::text as "userId" from link where expires_at > $2`,
        values: [tokenHash, now],
      })
      return link?.userId
    },

    /**
     * Undefined when there is no such user any more, or when the password is not `passwordHash` any more: what was
     * checked before must still be so.
     */
    async openSession(
      user: { readonly userId: string; readonly passwordHash?: string },
      session: NewSession,
    ): Promise<StoredSession | undefined> {
      const [row] = await database.run<SessionRow>({
        text: `with seen as (
                 update user_account set last_signed_in_at = $3
                 where id = $1::bigint and ($7::text is null or password_hash = $7)
                 returning id
               ), crowded as (
                 delete from session where id in (
                   select id from session where user_id = $1::bigint
                   order by id desc offset ${sessionsPerUser - 1})
               ), session as (
                 insert into session (id_hash, user_id, created_at, expires_at, user_agent, address)
                 select $2, id, $3, $4, $5, $6 from seen
                 returning id, user_id, created_at, expires_at
               )
               select ${sessionColumns} from session join user_account on user_account.id = session.user_id`,
        values: [
          user.userId,
          session.sessionHash,
          session.now,
          session.expiresAt,
          session.userAgent ?? null,
          session.address ?? null,
          user.passwordHash ?? null,
        ],
      })
      return row === undefined ? undefined : sessionOf(row)
    },

    async findSession(sessionHash: Uint8Array, now: Instant): Promise<StoredSession | undefined> {
      const [row] = await database.run<SessionRow>({
        name: 'find-session',
        text: `select ${sessionColumns}
               from session join user_account on user_account.id = session.user_id
               where id_hash = $1 and expires_at > $2`,
        values: [sessionHash, now],
      })
      return row === undefined ? undefined : sessionOf(row)
    },

    async extendSession(sessionHash: Uint8Array, expiresAt: Instant): Promise<void> {
      await database.run({
        text: 'update session set expires_at = $2 where id_hash = $1',
        values: [sessionHash, expiresAt],
      })
    },

    /** Ends a session, and all that expired by themselves. */
    async deleteSession(sessionHash: Uint8Array, now: Instant): Promise<void> {
      await database.run({
        text: 'delete from session where id_hash = $1 or expires_at < $2',
        values: [sessionHash, now],
      })
    },

    /** Newest first. */
    async listSessions(userId: string, now: Instant): Promise<readonly ListedSession[]> {
      return database.run<ListedSession>({
        text: `select id::text as "sessionId", created_at as "createdAt", expires_at as "expiresAt",
                      user_agent as "userAgent", address
               from session where user_id = $1::bigint and expires_at > $2
               order by id desc limit ${sessionsPerUser}`,
        values: [userId, now],
      })
    },

    /** False when the user has no such session. */
    async revokeSession(userId: string, sessionId: string): Promise<boolean> {
      const ended = await database.run({
        text: 'delete from session where id = $2::bigint and user_id = $1::bigint returning id',
        values: [userId, sessionId],
      })
      return ended.length === 1
    },
  }
}

type ApiKeyRow = Omit<StoredApiKey, 'expiresAt' | 'lastUsedAt'> & {
  readonly expiresAt: Instant | null
  readonly lastUsedAt: Instant | null
}

const apiKeyColumns = `api_key.id::text, name, grants, api_key.created_at as "createdAt", created_by as "createdBy",
  expires_at as "expiresAt", last_used_at as "lastUsedAt"`

const apiKeyOf = <Row extends ApiKeyRow>({ expiresAt, lastUsedAt, ...row }: Row) => ({
  ...row,
  ...(expiresAt === null ? {} : { expiresAt }),
  ...(lastUsedAt === null ? {} : { lastUsedAt }),
})

function apiKeys(database: Runner) {
  return {
    async createApiKey(key: {
      readonly name: string
      readonly secretHash: Uint8Array
      readonly grants: readonly string[]
      readonly now: Instant
      readonly createdBy: string
      readonly userId: string
      readonly expiresAt: Instant | undefined
    }): Promise<StoredApiKey> {
      const [row] = await database.run<ApiKeyRow>({
        text: `insert into api_key (name, secret_hash, grants, created_at, created_by, expires_at, user_id)
               values ($1, $2, $3, $4, $5, $6, $7::bigint)
               returning ${apiKeyColumns}`,
        values: [
          key.name,
          key.secretHash,
          key.grants,
          key.now,
          key.createdBy,
          key.expiresAt ?? null,
          key.userId,
        ],
      })
      if (row === undefined) throw new Error('an inserted API key was not returned')
      return apiKeyOf(row)
    },

    /** A key that works now; notes that it was used, to the minute. */
    async findApiKey(secretHash: Uint8Array, now: Instant): Promise<OwnedApiKey | undefined> {
      const [row] = await database.run<ApiKeyRow & Pick<OwnedApiKey, 'userId' | 'role'>>({
        name: 'find-api-key',
        text: `with touched as (
                 update api_key set last_used_at = $2
                 where secret_hash = $1 and (last_used_at is null or last_used_at < $2::bigint - 60000)
               )
               select ${apiKeyColumns}, user_id::text as "userId", role
               from api_key join user_account on user_account.id = user_id
               where secret_hash = $1 and revoked_at is null and (expires_at is null or expires_at > $2)`,
        values: [secretHash, now],
      })
      return row === undefined ? undefined : apiKeyOf(row)
    },

    async listApiKeys(): Promise<readonly StoredApiKey[]> {
      const rows = await database.run<ApiKeyRow>({
        text: `select ${apiKeyColumns} from api_key where revoked_at is null order by api_key.id desc limit 1000`,
      })
      return rows.map(apiKeyOf)
    },

    /** False when there is no such key that still works. */
    async revokeApiKey(id: string, now: Instant): Promise<boolean> {
      const revoked = await database.run({
        text: 'update api_key set revoked_at = $2 where id = $1 and revoked_at is null returning id',
        values: [id, now],
      })
      return revoked.length === 1
    },
  }
}

function audit(database: Runner) {
  return {
    async appendAudit(entries: readonly AuditEntry[]): Promise<void> {
      await database.run({
        text: `insert into audit (at, actor_kind, actor, operation, target, request_id)
               select at, "actorKind", actor, operation, target, "requestId"
               from jsonb_to_recordset($1::jsonb) as entry
                 (at bigint, "actorKind" text, actor text, operation text, target text, "requestId" text)`,
        values: [JSON.stringify(entries)],
      })
    },
  }
}

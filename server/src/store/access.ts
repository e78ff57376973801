/**
 * People, sessions, API keys and the audit log in PostgreSQL: one function per statement. Secrets come in as SHA-256
 * hashes only. Ids of API keys are decimal strings, as on the wire.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Database } from './database.ts'

export type StoredUser = {
  readonly username: string
  readonly displayName: string
  readonly grants: readonly string[]
}

export type StoredSession = StoredUser & { readonly createdAt: Instant; readonly expiresAt: Instant }

export type StoredApiKey = {
  readonly id: string
  readonly name: string
  readonly grants: readonly string[]
  readonly createdAt: Instant
  readonly createdBy: string
  readonly expiresAt?: Instant
  readonly lastUsedAt?: Instant
}

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
               select $1, id, $4 from user_account where username = $2
               returning user_id`,
        values: [link.tokenHash, link.username, link.now, link.expiresAt],
      })
      return created.length === 1
    },

    /** Uses a link up and opens a session in one statement, so that two requests never both succeed. */
    async redeemSignInLink(request: {
      readonly tokenHash: Uint8Array
      readonly sessionHash: Uint8Array
      readonly now: Instant
      readonly expiresAt: Instant
    }): Promise<StoredSession | undefined> {
      const [session] = await database.run<StoredSession>({
        text: `with link as (
                 delete from sign_in_link where token_hash = $1 returning user_id, expires_at
               ), opened as (
                 insert into session (id_hash, user_id, created_at, expires_at)
                 select $2, user_id, $3, $4 from link where expires_at > $3
                 returning user_id, created_at, expires_at
               )
               select username, display_name as "displayName", grants,
                      created_at as "createdAt", expires_at as "expiresAt"
               from opened join user_account on user_account.id = opened.user_id`,
        values: [request.tokenHash, request.sessionHash, request.now, request.expiresAt],
      })
      return session
    },

    async findSession(sessionHash: Uint8Array, now: Instant): Promise<StoredSession | undefined> {
      const [session] = await database.run<StoredSession>({
        name: 'find-session',
        text: `select username, display_name as "displayName", grants,
                      created_at as "createdAt", expires_at as "expiresAt"
               from session join user_account on user_account.id = session.user_id
               where id_hash = $1 and expires_at > $2`,
        values: [sessionHash, now],
      })
      return session
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
  }
}

type ApiKeyRow = Omit<StoredApiKey, 'expiresAt' | 'lastUsedAt'> & {
  readonly expiresAt: Instant | null
  readonly lastUsedAt: Instant | null
}

const apiKeyColumns = `id::text, name, grants, created_at as "createdAt", created_by as "createdBy",
  expires_at as "expiresAt", last_used_at as "lastUsedAt"`

const apiKeyOf = ({ expiresAt, lastUsedAt, ...row }: ApiKeyRow): StoredApiKey => ({
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
      readonly expiresAt: Instant | undefined
    }): Promise<StoredApiKey> {
      const [row] = await database.run<ApiKeyRow>({
        text: `insert into api_key (name, secret_hash, grants, created_at, created_by, expires_at)
               values ($1, $2, $3, $4, $5, $6)
               returning ${apiKeyColumns}`,
        values: [key.name, key.secretHash, key.grants, key.now, key.createdBy, key.expiresAt ?? null],
      })
      if (row === undefined) throw new Error('an inserted API key was not returned')
      return apiKeyOf(row)
    },

    /** A key that works now; notes that it was used, to the minute. */
    async findApiKey(secretHash: Uint8Array, now: Instant): Promise<StoredApiKey | undefined> {
      const [row] = await database.run<ApiKeyRow>({
        name: 'find-api-key',
        text: `with touched as (
                 update api_key set last_used_at = $2
                 where secret_hash = $1 and (last_used_at is null or last_used_at < $2::bigint - 60000)
               )
               select ${apiKeyColumns} from api_key
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

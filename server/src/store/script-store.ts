/** Saved scripts in PostgreSQL: writes. The reads are in `search/scripts.ts`. */
import type { Role } from '@braid/contract/role.ts'
import { keptScriptVersions, maxScripts, type scriptLanguages } from '@braid/contract/script.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Database } from './database.ts'

type Content = {
  readonly name: string
  readonly description: string
  readonly language: (typeof scriptLanguages)[number]
  readonly languageVersion: string
  readonly source: string
}

export type NewScript = Content & {
  readonly key: Key
  /** Key of the account. */
  readonly ownerId: string
  readonly shared: boolean
  readonly now: Instant
  /** As shown with the version. */
  readonly createdBy: string
}

export type ScriptChange = { readonly [Field in keyof Content]?: Content[Field] | undefined } & {
  readonly key: Key
  readonly shared: boolean | undefined
  /** The version that it is a change of; undefined: the newest, whichever that is. */
  readonly basedOn: number | undefined
  readonly now: Instant
  readonly createdBy: string
}

export type ScriptOwner = { readonly userId: string; readonly username: string; readonly role: Role }

export type ScriptStore = ReturnType<typeof createScriptStore>

export function createScriptStore(database: Database) {
  return {
    /** False when the owner has as many as one may have. */
    async create(script: NewScript): Promise<boolean> {
      const created = await database.run({
        text: `with created as (
                 insert into script (key, owner_id, shared, version, created_at, updated_at)
                 select $1, $2::bigint, $3, 1, $4, $4
                 where (select count(*) from script where owner_id = $2::bigint) < ${maxScripts}
                 returning key
               )
               insert into script_version
                 (script_key, version, name, description, language, language_version, source, created_at, created_by)
               select key, 1, $5, $6, $7, $8, $9, $4, $10 from created
               returning script_key`,
        values: [
          script.key,
          script.ownerId,
          script.shared,
          script.now,
          script.name,
          script.description,
          script.language,
          script.languageVersion,
          script.source,
          script.createdBy,
        ],
      })
      return created.length === 1
    },

    /** `newer`: the newest version, which is not the one that the change is based on. */
    update(change: ScriptChange): Promise<'done' | 'not-found' | { readonly newer: number }> {
      return database.transaction(async (transaction) => {
        // Locked first: the version before is then in the sight of the next statement, whoever wrote it.
        const [current] = await transaction.run<{ readonly version: number }>({
          text: 'select version from script where key = $1 for update',
          values: [change.key],
        })
        if (current === undefined) return 'not-found'
        if (change.basedOn !== undefined && change.basedOn !== current.version)
          return { newer: current.version }
        await addVersion(transaction, change, current.version)
        return 'done'
      })
    },

    /** Whose it is; undefined when there is no such script, or its owner is gone. */
    async findOwner(key: Key): Promise<ScriptOwner | undefined> {
      const [owner] = await database.run<ScriptOwner>({
        text: `select u.id::text as "userId", u.username, u.role from script s join user_account u on u.id = s.owner_id
               where s.key = $1`,
        values: [key],
      })
      return owner
    },

    /** With its versions, and the schedules that run it. False when there is no such script. */
    async delete(key: Key): Promise<boolean> {
      const deleted = await database.run({
        text: `with scheduled as (delete from schedule where kind = 'script' and definition_id = 'script:' || $1::bigint)
               delete from script where key = $1 returning key`,
        values: [key],
      })
      return deleted.length === 1
    },
  }
}

async function addVersion(transaction: Database, change: ScriptChange, before: number): Promise<void> {
  await transaction.run({
    text: `with moved as (
             update script set version = $2::int + 1, shared = coalesce($3, shared), updated_at = $4 where key = $1
           ), dropped as (
             delete from script_version where script_key = $1 and version <= $2::int + 1 - ${keptScriptVersions}
           )
           insert into script_version
             (script_key, version, name, description, language, language_version, source, created_at, created_by)
           select script_key, version + 1, coalesce($5, name), coalesce($6, description), coalesce($7, language),
             coalesce($8, language_version), coalesce($9, source), $4, $10
           from script_version where script_key = $1 and version = $2::int`,
    values: [
      change.key,
      before,
      change.shared ?? null,
      change.now,
      change.name ?? null,
      change.description ?? null,
      change.language ?? null,
      change.languageVersion ?? null,
      change.source ?? null,
      change.createdBy,
    ],
  })
}

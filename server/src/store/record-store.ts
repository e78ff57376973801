/** Records of the models of applications. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Database } from './database.ts'

export type StoredRecord = {
  readonly id: string
  readonly label: string
  readonly data: JsonObject
  readonly version: number
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** Whose records. */
export type RecordKind = { readonly application: string; readonly model: string }

type RecordInput = {
  readonly id: string
  readonly label: string
  readonly data: JsonObject
  readonly now: Instant
}

export type RecordStore = ReturnType<typeof createRecordStore>

const columns = `id, label, data, version, created_at as "createdAt", updated_at as "updatedAt"`

export function createRecordStore(database: Database) {
  return {
    async get({ application, model }: RecordKind, id: string): Promise<StoredRecord | undefined> {
      const [row] = await database.run<StoredRecord>({
        name: 'get-record',
        text: `select ${columns} from application_record where application = $1 and model = $2 and id = $3`,
        values: [application, model, id],
      })
      return row
    },

    /** By id; with `data`, those that hold it. */
    list(
      { application, model }: RecordKind,
      query: { readonly data?: JsonObject; readonly after: string; readonly limit: number },
    ): Promise<readonly StoredRecord[]> {
      return database.run<StoredRecord>({
        text: `select ${columns} from application_record
               where application = $1 and model = $2 and id > $3 and ($4::jsonb is null or data @> $4::jsonb)
               order by id limit $5`,
        values: [
          application,
          model,
          query.after,
          query.data === undefined ? null : JSON.stringify(query.data),
          query.limit,
        ],
      })
    },

    /** Undefined when there is one with this id. */
    async insert({ application, model }: RecordKind, record: RecordInput): Promise<StoredRecord | undefined> {
      const [row] = await database.run<StoredRecord>({
        name: 'insert-record',
        text: `insert into application_record (application, model, id, label, data, version, created_at, updated_at)
               values ($1, $2, $3, $4, $5, 1, $6, $6)
               on conflict (application, model, id) do nothing
               returning ${columns}`,
        values: [application, model, record.id, record.label, JSON.stringify(record.data), record.now],
      })
      return row
    },

    /** Undefined when there is none, or it has another version than the one that was seen. */
    async update(
      { application, model }: RecordKind,
      record: RecordInput & { readonly version: number | undefined },
    ): Promise<StoredRecord | undefined> {
      const [row] = await database.run<StoredRecord>({
        name: 'update-record',
        text: `update application_record
               set label = $4, data = $5, version = version + 1, updated_at = $6
               where application = $1 and model = $2 and id = $3 and ($7::int is null or version = $7)
               returning ${columns}`,
        values: [
          application,
          model,
          record.id,
          record.label,
          JSON.stringify(record.data),
          record.now,
          record.version ?? null,
        ],
      })
      return row
    },

    async put({ application, model }: RecordKind, record: RecordInput): Promise<StoredRecord> {
      const [row] = await database.run<StoredRecord>({
        name: 'put-record',
        text: `insert into application_record as r
                 (application, model, id, label, data, version, created_at, updated_at)
               values ($1, $2, $3, $4, $5, 1, $6, $6)
               on conflict (application, model, id) do update
               set label = excluded.label, data = excluded.data, version = r.version + 1,
                 updated_at = excluded.updated_at
               returning ${columns}`,
        values: [application, model, record.id, record.label, JSON.stringify(record.data), record.now],
      })
      if (row === undefined) throw new Error('a stored record was not returned')
      return row
    },

    /** False when there was none. */
    async delete({ application, model }: RecordKind, id: string): Promise<boolean> {
      const deleted = await database.run({
        name: 'delete-record',
        text: `delete from application_record where application = $1 and model = $2 and id = $3 returning id`,
        values: [application, model, id],
      })
      return deleted.length === 1
    },
  }
}

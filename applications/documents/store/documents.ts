/** Documents and their chunks on the way into the index. */
import type { Sql } from '@braid/contract/application/services.ts'

export type StoredDocument = {
  readonly id: string
  readonly collection: string
  readonly source: string
  readonly title: string
  readonly content: string
  readonly version: string | null
  /** The version that is found. */
  readonly indexed: string | null
  readonly chunks: number
}

/** Makes a document known; of one that is known, nothing changes. */
export async function addDocument(
  sql: Sql,
  document: Pick<StoredDocument, 'id' | 'collection' | 'source' | 'title'>,
): Promise<void> {
  const { id, collection, source, title } = document
  await sql.query(
    `insert into document (id, collection, source, title) values ($1, $2, $3, $4) on conflict (id) do nothing`,
    [id, collection, source, title],
  )
}

export async function findDocument(sql: Sql, id: string): Promise<StoredDocument | undefined> {
  const [row] = await sql.query<StoredDocument>(
    `select id, collection, source, title, content, version, indexed, chunks from document where id = $1`,
    [id],
  )
  return row
}

export async function putText(
  sql: Sql,
  {
    id,
    title,
    content,
    version,
  }: Pick<StoredDocument, 'id' | 'title' | 'content'> & { version: string | null },
): Promise<void> {
  await sql.query('update document set title = $2, content = $3, version = $4 where id = $1', [
    id,
    title,
    content,
    version,
  ])
}

/** The same version gives the same chunks, so those that are there stay. */
export async function addDrafts(
  sql: Sql,
  document: string,
  version: string,
  texts: readonly string[],
): Promise<void> {
  await sql.query(
    `insert into draft (document, version, position, text, hash)
     select $1, $2, number - 1, text, encode(sha256(convert_to(text, 'UTF8')), 'hex')
     from unnest($3::text[]) with ordinality as given (text, number)
     on conflict do nothing`,
    [document, version, texts],
  )
}

/** Texts of a document that have no embedding yet, each once. Those that have one are marked as used. */
export async function textsToEmbed(
  sql: Sql,
  { document, version, model, now }: { document: string; version: string; model: string; now: Date },
): Promise<readonly { readonly hash: string; readonly text: string }[]> {
  await sql.query(
    `update embedding set used_at = greatest(used_at, $4)
     where model = $3 and hash in (select hash from draft where document = $1 and version = $2)`,
    [document, version, model, now],
  )
  return sql.query(
    `select distinct on (hash) hash, text from draft
     where document = $1 and version = $2
       and not exists (select from embedding where embedding.hash = draft.hash and model = $3)
     order by hash`,
    [document, version, model],
  )
}

export async function addEmbeddings(
  sql: Sql,
  model: string,
  embeddings: readonly { readonly hash: string; readonly vector: readonly number[] }[],
  now: Date,
): Promise<void> {
  await sql.query(
    `insert into embedding (hash, model, vector, used_at)
     select hash, $1, vector::real[], $4 from unnest($2::text[], $3::text[]) as given (hash, vector)
     on conflict do nothing`,
    [model, embeddings.map(({ hash }) => hash), embeddings.map(({ vector }) => `{${vector.join(',')}}`), now],
  )
}

export type DraftChunk = {
  readonly position: number
  readonly text: string
  readonly vector: readonly number[]
}

export const draftsOf = (sql: Sql, document: string, version: string, model: string) =>
  sql.query<DraftChunk>(
    `select position, text, vector from draft join embedding using (hash)
     where document = $1 and version = $2 and model = $3 order by position`,
    [document, version, model],
  )

/**
 * From now on the document is found as this version says: in one statement, so all of it or nothing. False when chunks
 * or embeddings of it are missing.
 */
export async function publish(
  sql: Sql,
  { document, version, model, chunks }: { document: string; version: string; model: string; chunks: number },
): Promise<boolean> {
  const rows = await sql.query(
    `with piece as (
       select position, text, hash, vector from draft join embedding using (hash)
       where document = $1 and version = $2 and model = $3
     ), whole as (
       select from piece having count(*) = $4
     ), stored as (
       insert into chunk (document, position, text, hash, vector)
       select $1, position, text, hash, vector from piece where exists (select from whole)
       on conflict (document, position)
       do update set text = excluded.text, hash = excluded.hash, vector = excluded.vector
     ), shortened as (
       delete from chunk where document = $1 and position >= $4 and exists (select from whole)
     ), used as (
       delete from draft where document = $1 and exists (select from whole)
     )
     update document set indexed = $2, model = $3, chunks = $4 where id = $1 and exists (select from whole)
     returning id`,
    [document, version, model, chunks],
  )
  return rows.length > 0
}

export async function removeDocument(sql: Sql, id: string): Promise<StoredDocument | undefined> {
  const [row] = await sql.query<StoredDocument>('delete from document where id = $1 returning *', [id])
  return row
}

export async function countCollection(
  sql: Sql,
  collection: string,
): Promise<{ readonly documents: number; readonly chunks: number }> {
  const [row] = await sql.query<{ documents: number; chunks: number }>(
    `select count(*)::int as documents, coalesce(sum(chunks), 0)::int as chunks
     from document where collection = $1 and indexed is not null`,
    [collection],
  )
  return row ?? { documents: 0, chunks: 0 }
}

/** What no chunk has and nothing asked for since: many at once would hold up the rest. */
export async function removeUnused(sql: Sql, before: Date): Promise<void> {
  await sql.query(
    `delete from embedding where (hash, model) in (
       select hash, model from embedding
       where used_at < $1 and not exists (select from chunk where chunk.hash = embedding.hash) limit 10000
     )`,
    [before],
  )
}

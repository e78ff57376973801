/** Finds chunks by words and by vectors. */
import type { Sql } from '@braid/contract/application/services.ts'

export type ChunkKey = { readonly document: string; readonly position: number }
export type FoundChunk = ChunkKey & {
  readonly collection: string
  readonly title: string
  readonly source: string
  readonly text: string
}

/** Best first. Any of the words counts, so that a question finds what has only some of them. */
export const chunksByText = (sql: Sql, text: string, collection: string | undefined, limit: number) =>
  sql.query<ChunkKey>(
    `select chunk.document, chunk.position
     from chunk join document on document.id = chunk.document,
       cast(replace(plainto_tsquery('english', $1)::text, ' & ', ' | ') as tsquery) as words
     where search @@ words and ($2::text is null or collection = $2)
     order by ts_rank(search, words, 1) desc, chunk.document, chunk.position
     limit $3`,
    [text, collection, limit],
  )

export type VectorQuery = {
  readonly vector: readonly number[]
  /** Vectors of different models can't be compared. */
  readonly model: string
  readonly collection: string | undefined
  readonly limit: number
  /** Whether the server has pgvector. */
  readonly pgvector: boolean
}

export const chunksByVector = (sql: Sql, { vector, model, collection, limit, pgvector }: VectorQuery) =>
  sql.query<ChunkKey>(
    `select chunk.document, chunk.position
     from chunk join document on document.id = chunk.document
     where model = $2 and ($3::text is null or collection = $3)
     order by ${pgvector ? 'vector::vector <=> $1::real[]::vector' : 'cosine(vector, $1::real[]) desc'},
       chunk.document, chunk.position
     limit $4`,
    [`{${vector.join(',')}}`, model, collection, limit],
  )

/** In no order; what is not there any more is left out. */
export const readChunks = (sql: Sql, keys: readonly ChunkKey[]) =>
  sql.query<FoundChunk>(
    `select chunk.document, chunk.position, collection, title, source, text
     from unnest($1::text[], $2::int[]) as wanted (document, position)
     join chunk using (document, position) join document on document.id = chunk.document`,
    [keys.map(({ document }) => document), keys.map(({ position }) => position)],
  )

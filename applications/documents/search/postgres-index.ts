/** Full text search and vectors of PostgreSQL: what is published is found, so there is nothing to put. */
import type { Sql } from '@braid/contract/application/services.ts'
import { chunksByText, chunksByVector } from '../store/search.ts'
import type { SearchIndex } from './search-index.ts'

export const postgresIndex = (sql: Sql): SearchIndex => ({
  put: async () => undefined,
  remove: async () => undefined,
  byText: (text, { collection, limit }) => chunksByText(sql, text, collection, limit),
  byVector: async (vector, model, { collection, limit }) =>
    chunksByVector(sql, { vector, model, collection, limit, pgvector: await sql.hasExtension('vector') }),
})

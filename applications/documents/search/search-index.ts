/** What finds chunks. Their texts stay in PostgreSQL, whatever finds them. */
import type { DraftChunk } from '../store/documents.ts'
import type { ChunkKey } from '../store/search.ts'

export type SearchQuery = {
  readonly collection: string | undefined
  readonly limit: number
  readonly signal: AbortSignal
}

export type SearchIndex = {
  /** Before the document is published. Tried again, it changes nothing. `before`: chunks that it had. */
  put(
    document: { readonly id: string; readonly collection: string; readonly model: string },
    chunks: () => Promise<readonly DraftChunk[]>,
    before: number,
    signal: AbortSignal,
  ): Promise<void>
  /** `chunks`: how many it has. */
  remove(document: string, chunks: number, signal: AbortSignal): Promise<void>
  /** Best first. */
  byText(text: string, query: SearchQuery): Promise<readonly ChunkKey[]>
  byVector(vector: readonly number[], model: string, query: SearchQuery): Promise<readonly ChunkKey[]>
}

/** Finds what was indexed: by words and by vectors at once. */
import { endpoint } from '@braid/contract/application/endpoint.ts'
import { z } from 'zod'
import { embedderOf } from '../embedding/embed-texts.ts'
import { collectionName } from '../models.ts'
import { type ChunkKey, readChunks } from '../store/search.ts'
import { searchIndexOf } from './choose-index.ts'
import { fuseRanks } from './fuse-ranks.ts'

/** Of each list: what stands deeper changes nothing at the top. */
const candidates = (k: number): number => Math.max(50, k * 3)

const nameOf = ({ document, position }: ChunkKey): string => `${document}:${position}`

export const search = endpoint({
  method: 'POST',
  path: 'search',
  summary: 'Search the indexed documents by words and by closeness',
  input: z.object({
    query: z.string().trim().min(1).max(2_000),
    k: z.int().min(1).max(50).default(8).meta({ title: 'Results' }),
    collection: collectionName.optional().describe('All collections unless said'),
  }),
  output: z.object({
    results: z.array(
      z.object({
        document: z.string(),
        position: z.int(),
        collection: z.string(),
        title: z.string(),
        source: z.string(),
        text: z.string(),
        score: z.number(),
      }),
    ),
  }),
  handle: async ({ query, k, collection }, services) => {
    const { sql, signal } = services
    const index = searchIndexOf(services)
    const embedder = embedderOf(services)
    const request = { collection, limit: candidates(k), signal }
    const byVector = async () => {
      const [vector = []] = await embedder.embed([query], signal)
      return index.byVector(vector, embedder.model, request)
    }
    const ranked = fuseRanks(await Promise.all([index.byText(query, request), byVector()]), nameOf).slice(
      0,
      k,
    )
    const chunks = await readChunks(
      sql,
      ranked.map(({ key }) => key),
    )
    const byName = new Map(chunks.map((chunk) => [nameOf(chunk), chunk]))
    return {
      results: ranked.flatMap(({ key, score }) => {
        const chunk = byName.get(nameOf(key))
        return chunk === undefined ? [] : [{ ...chunk, score }]
      }),
    }
  },
})

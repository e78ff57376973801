/** Counts what a run did, and removes what nothing needs any more. */
import { task } from '@braid/contract/application/task.ts'
import { z } from 'zod'
import { collectionName } from '../models.ts'
import { countCollection, removeUnused } from '../store/documents.ts'
import { defaultCollection } from './find.ts'
import { readState } from './read.ts'

/** Longer than the cache of `embed` remembers that there are embeddings. */
const keptMs = 30 * 24 * 60 * 60 * 1_000

export const finish = task({
  name: 'finish',
  title: 'Count',
  input: z.object({
    collection: collectionName.nullish(),
    /** Null where reading failed. */
    results: z.array(z.object({ state: readState.nullable(), chunks: z.int().nullable() })),
  }),
  output: z.object({
    collection: z.string(),
    documents: z.int(),
    indexed: z.int(),
    unchanged: z.int(),
    refused: z.int(),
    failed: z.int(),
    chunks: z.int(),
  }),
  timeout: 'PT1M',
  run: async ({ collection, results }, { sql, records, now }) => {
    const name = collection ?? defaultCollection
    await removeUnused(sql, new Date(now() - keptMs))
    const total = await countCollection(sql, name)
    await records.put('collection', name, { name, ...total, indexedAt: new Date(now()).toISOString() })
    const count = (state: z.output<typeof readState> | null): number =>
      results.filter((result) => result.state === state).length
    return {
      collection: name,
      documents: results.length,
      indexed: results.filter(({ chunks }) => chunks !== null).length,
      unchanged: count('unchanged'),
      refused: count('refused'),
      failed: count(null),
      chunks: results.reduce((sum, { chunks }) => sum + (chunks ?? 0), 0),
    }
  },
})

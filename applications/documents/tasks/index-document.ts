/** Puts a document into the index in place of what was found of it before. */
import { task } from '@braid/contract/application/task.ts'
import { z } from 'zod'
import { embedderOf } from '../embedding/embed-texts.ts'
import { searchIndexOf } from '../search/choose-index.ts'
import { draftsOf, findDocument, publish } from '../store/documents.ts'
import { documentVersion } from './chunk.ts'
import { concurrency } from './concurrency.ts'

export const indexDocument = task({
  name: 'index',
  title: 'Put into the index',
  input: z.object({ ...documentVersion.shape, chunks: z.int() }),
  output: z.object({ chunks: z.int() }),
  timeout: 'PT2M',
  concurrency,
  retries: 5,
  run: async ({ document: id, version, chunks }, context) => {
    const { sql, records, signal, now } = context
    const document = await findDocument(sql, id)
    if (document === undefined) throw new Error(`there is no document ${id}: it was removed meanwhile`)
    // An attempt before this one may have ended without being able to say so.
    if (document.indexed !== version) {
      const { model } = embedderOf(context)
      const { collection, chunks: before } = document
      const drafts = () => draftsOf(sql, id, version, model)
      await searchIndexOf(context).put({ id, collection, model }, drafts, before, signal)
      if (!(await publish(sql, { document: id, version, model, chunks }))) {
        throw new Error(`expected ${chunks} chunks with embeddings, but some are missing`)
      }
    }
    const { title, source, collection } = document
    const changedAt = new Date(now()).toISOString()
    await records.put('document', id, { title, source, collection, state: 'indexed', chunks, changedAt })
    return { chunks }
  },
})

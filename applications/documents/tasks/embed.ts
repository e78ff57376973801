/** Gives the chunks of a document their vectors; a text that has one keeps it. */
import { task } from '@braid/contract/application/task.ts'
import { z } from 'zod'
import { embedderOf } from '../embedding/embed-texts.ts'
import { addEmbeddings, textsToEmbed } from '../store/documents.ts'
import { documentVersion } from './chunk.ts'
import { concurrency } from './concurrency.ts'

/** Texts of one call. */
const batchSize = 64

export const embed = task({
  name: 'embed',
  title: 'Embed the chunks',
  input: documentVersion,
  output: z.object({ embedded: z.int() }),
  timeout: 'PT5M',
  concurrency,
  retries: 5,
  backoff: 'PT2S',
  // The version covers texts and model, and embeddings are kept for longer than this.
  cacheFor: 'P7D',
  run: async ({ document, version }, { progress, signal, sql, now, ...services }) => {
    const embedder = embedderOf(services)
    const { model } = embedder
    const texts = await textsToEmbed(sql, { document, version, model, now: new Date(now()) })
    for (let at = 0; at < texts.length; at += batchSize) {
      const batch = texts.slice(at, at + batchSize)
      const vectors = await embedder.embed(
        batch.map(({ text }) => text),
        signal,
      )
      const embeddings = batch.map(({ hash }, index) => ({ hash, vector: vectors[index] ?? [] }))
      await addEmbeddings(sql, model, embeddings, new Date(now()))
      progress((at + batch.length) / texts.length)
    }
    return { embedded: texts.length }
  },
})

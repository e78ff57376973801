/** Cuts the text of a document. */
import { task } from '@braid/contract/application/task.ts'
import { z } from 'zod'
import { settingsOf } from '../settings.ts'
import { addDrafts, findDocument } from '../store/documents.ts'
import { chunkText } from '../text/chunk-text.ts'
import { concurrency } from './concurrency.ts'

export const documentVersion = z.object({ document: z.string(), version: z.string() })

export const chunk = task({
  name: 'chunk',
  title: 'Cut into chunks',
  input: documentVersion,
  output: z.object({ chunks: z.int() }),
  timeout: 'PT1M',
  concurrency,
  retries: 3,
  run: async ({ document, version }, context) => {
    const found = await findDocument(context.sql, document)
    if (found?.version !== version) throw new Error('the document changed meanwhile: index it again')
    const { chunkSize: size, chunkOverlap: overlap } = settingsOf(context)
    const texts = chunkText(found.content, { size, overlap })
    await addDrafts(context.sql, document, version, texts)
    return { chunks: texts.length }
  },
})

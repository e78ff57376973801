/** Yields the documents that are to be indexed: files of the folder, pages, or texts. */
import { createHash } from 'node:crypto'
import { generator } from '@braid/contract/application/task.ts'
import { z } from 'zod'
import { collectionName } from '../models.ts'
import { settingsOf } from '../settings.ts'
import { allowedFolder, listFiles } from '../sources/folder.ts'
import { addDocument, putText } from '../store/documents.ts'

export const pageAddress = z
  .url({ protocol: /^https?$/, error: 'expected an address that begins with https:// or http://' })
  .max(2_000)
export const givenText = z.object({
  title: z.string().min(1).max(300),
  text: z.string().min(1).max(1_000_000),
})
export const maxPages = 1_000
export const maxTexts = 100

export const defaultCollection = 'library'

export const foundDocument = z.object({
  document: z.string(),
  kind: z.enum(['file', 'page', 'text']),
})

export const find = generator({
  name: 'find',
  title: 'Find documents',
  input: z.object({
    collection: collectionName.nullish(),
    path: z.string().max(1_000).nullish(),
    pages: z.array(pageAddress).max(maxPages).nullish(),
    texts: z.array(givenText).max(maxTexts).nullish(),
  }),
  item: foundDocument,
  timeout: 'PT10M',
  retries: 3,
  async *run({ collection, path, pages, texts }, context) {
    const within = collection ?? defaultCollection
    const found = [
      ...(pages ?? []).map((source) => ({ kind: 'page' as const, source, title: source })),
      ...(texts ?? []).map(({ title, text }) => ({ kind: 'text' as const, source: title, title, text })),
    ]
    const readsFolder = typeof path === 'string' || found.length === 0
    const files = readsFolder
      ? await listFiles(allowedFolder(settingsOf(context)), path ?? '', context.signal)
      : []
    const all = [...files.map((source) => ({ kind: 'file' as const, source, title: source })), ...found]
    context.log.info(`${all.length} documents`)
    for (const [index, { kind, source, title, ...rest }] of all.entries()) {
      const id = idOf(within, kind, source)
      await addDocument(context.sql, { id, collection: within, source, title })
      if ('text' in rest) await putText(context.sql, { id, title, content: rest.text, version: null })
      yield { document: id, kind }
      context.progress((index + 1) / all.length)
    }
  },
})

/** The same source of a collection is the same document. */
const idOf = (collection: string, kind: string, source: string): string =>
  createHash('sha256')
    .update(JSON.stringify([collection, kind, source]))
    .digest('hex')
    .slice(0, 32)

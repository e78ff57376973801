/** Reads a document and keeps its text, unless that is the one that is found already. */
import { createHash } from 'node:crypto'
import { type TaskContext, task } from '@braid/contract/application/task.ts'
import { z } from 'zod'
import { embedderOf } from '../embedding/embed-texts.ts'
import { type Settings, settingsOf } from '../settings.ts'
import { allowedFolder, readFileInside } from '../sources/folder.ts'
import { fetchPage, type Page } from '../sources/page.ts'
import { findDocument, putText, type StoredDocument } from '../store/documents.ts'
import type { ReadText } from '../text/html-to-text.ts'
import { mediaTypeOf, readText } from '../text/read-text.ts'
import { concurrency } from './concurrency.ts'
import { foundDocument } from './find.ts'

export const readState = z.enum(['changed', 'unchanged', 'refused'])

const maxTitle = 300

const output = z.object({ state: readState, version: z.string() })
type Result = z.output<typeof output>

export const read = task({
  name: 'read',
  title: 'Read the text',
  input: foundDocument,
  output,
  timeout: 'PT1M',
  concurrency,
  retries: 3,
  run: async ({ document: id, kind }, context): Promise<Result> => {
    const { sql, records, log, now } = context
    const settings = settingsOf(context)
    const document = await findDocument(sql, id)
    if (document === undefined) throw new Error(`there is no document ${id}: it was removed meanwhile`)
    const content = await textOf(document, kind, settings, context)
    if ('refused' in content) {
      log.warn(`${document.source}: ${content.refused}`)
      const { title, source, collection, chunks } = document
      const changedAt = new Date(now()).toISOString()
      const reason = content.refused
      await records.put('document', id, {
        title,
        source,
        collection,
        state: 'refused',
        chunks,
        reason,
        changedAt,
      })
      return { state: 'refused', version: '' }
    }
    const version = versionOf(content.text, embedderOf(context).model, settings)
    const title = (content.title ?? document.title).slice(0, maxTitle)
    await putText(sql, { id, title, content: content.text, version })
    return { state: version === document.indexed ? 'unchanged' : 'changed', version }
  },
})

type Content = ReadText | { readonly refused: string }

async function textOf(
  { source, content }: StoredDocument,
  kind: 'file' | 'page' | 'text',
  settings: Settings,
  { fetch, signal }: TaskContext,
): Promise<Content> {
  if (kind === 'text') return { text: content }
  const { maxBytes } = settings
  const page =
    kind === 'file'
      ? await readPage(allowedFolder(settings), source, maxBytes)
      : await fetchPage(source, { fetch, maxBytes, signal })
  if ('refused' in page) return page
  try {
    return readText(page.bytes, page.mediaType, page.charset)
  } catch (error) {
    // The same bytes are no better the next time.
    return { refused: error instanceof Error ? error.message : 'can’t be read' }
  }
}

async function readPage(folder: string, path: string, maxBytes: number): Promise<Page> {
  const mediaType = mediaTypeOf(path)
  if (mediaType === undefined) return { refused: 'expected .txt, .md, .markdown, .html or .htm' }
  const bytes = await readFileInside(folder, path, maxBytes)
  return bytes === undefined ? { refused: `larger than ${maxBytes} bytes` } : { bytes, mediaType }
}

/** Differs when anything differs that chunks and vectors are made of. */
const versionOf = (text: string, model: string, { chunkSize, chunkOverlap }: Settings): string =>
  createHash('sha256')
    .update(JSON.stringify([text, model, chunkSize, chunkOverlap]))
    .digest('hex')
    .slice(0, 32)

/** Takes a document out of the index. */
import { endpoint } from '@braid/contract/application/endpoint.ts'
import { z } from 'zod'
import { searchIndexOf } from './search/choose-index.ts'
import { removeDocument } from './store/documents.ts'

export const remove = endpoint({
  method: 'POST',
  path: 'remove',
  summary: 'Remove a document with all that is found of it',
  permission: 'record:update',
  input: z.object({ document: z.string().min(1).max(64) }),
  output: z.object({ removed: z.boolean() }),
  handle: async ({ document }, services) => {
    const { sql, records, signal } = services
    const removed = await removeDocument(sql, document)
    if (removed !== undefined) await searchIndexOf(services).remove(document, removed.chunks, signal)
    await records.delete('document', document)
    return { removed: removed !== undefined }
  },
})

/** Finds documents, and indexes those whose text is new; texts stay in the database, ids travel. */
import { dag, feel } from '@braid/contract/application/dag.ts'
import { z } from 'zod'
import { collectionName } from './models.ts'
import { chunk } from './tasks/chunk.ts'
import { embed } from './tasks/embed.ts'
import { find, givenText, maxPages, maxTexts, pageAddress } from './tasks/find.ts'
import { finish } from './tasks/finish.ts'
import { indexDocument } from './tasks/index-document.ts'
import { read } from './tasks/read.ts'

export const index = dag({
  name: 'index',
  title: 'Index documents',
  description:
    'Reads files of the folder that may be read, pages or texts, and makes them searchable. Without input: all files of the folder.',
  input: z.object({
    collection: collectionName.optional().describe('library unless said'),
    path: z.string().max(1_000).optional().describe('A folder inside of the one that may be read'),
    pages: z.array(pageAddress).max(maxPages).optional().describe('Addresses of pages'),
    texts: z.array(givenText).max(maxTexts).optional(),
  }),
  // Two at once could publish an older text over a newer one.
  maxActiveRuns: 1,
  build(d, { collection, path, pages, texts }) {
    const results = d.generate(
      'documents',
      find,
      { collection, path, pages, texts },
      (found, part) => {
        const { document, kind } = found
        const text = part.task('text', read, { document, kind }, { title: 'Read', onFailure: 'continue' })
        const { version } = text
        const isNew = feel<boolean>`${text.state} = ${'changed'}`
        const cut = part.task('chunks', chunk, { document, version }, { title: 'Cut', when: isNew })
        const embedded = part.task(
          'embedding',
          embed,
          { document, version },
          { title: 'Embed', after: [cut] },
        )
        const indexed = part.task(
          'indexed',
          indexDocument,
          { document, version, chunks: cut.chunks },
          { title: 'Index', after: [embedded] },
        )
        return { state: text.state, chunks: indexed.chunks }
      },
      { title: 'Find documents' },
    )
    return d.task('counts', finish, { collection, results }, { title: 'Count' })
  },
})

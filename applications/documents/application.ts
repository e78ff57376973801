/** Makes documents searchable by words and by closeness. */
import { defineApplication } from '@braid/contract/application/application.ts'
import { index } from './index-dag.ts'
import { collection, document } from './models.ts'
import { remove } from './remove-endpoint.ts'
import { search } from './search/search-endpoint.ts'
import { settings } from './settings.ts'
import { migrations } from './store/migrations.ts'
import { chunk } from './tasks/chunk.ts'
import { embed } from './tasks/embed.ts'
import { find } from './tasks/find.ts'
import { finish } from './tasks/finish.ts'
import { indexDocument } from './tasks/index-document.ts'
import { read } from './tasks/read.ts'

export const application = defineApplication({
  name: 'documents',
  title: 'Documents',
  description: 'Reads files, pages and texts, and finds in them what is asked for',
  version: '0.1.0',
  models: [document, collection],
  tasks: [find, read, chunk, embed, indexDocument, finish],
  dags: [index],
  endpoints: [search, remove],
  screens: [
    {
      name: 'search',
      title: 'Search documents',
      endpoint: 'search',
      show: { items: 'results', itemTitle: 'title', itemText: 'text', itemScore: 'score' },
    },
  ],
  settings,
  migrations,
})

/** The index that the settings name. */
import type { Services } from '@braid/contract/application/services.ts'
import { settingsOf } from '../settings.ts'
import { elasticsearchIndex } from './elasticsearch-index.ts'
import { postgresIndex } from './postgres-index.ts'
import type { SearchIndex } from './search-index.ts'

export function searchIndexOf(
  services: Pick<Services, 'settings' | 'secret' | 'fetch' | 'sql'>,
): SearchIndex {
  const { elasticsearchUrl } = settingsOf(services)
  if (elasticsearchUrl === undefined) return postgresIndex(services.sql)
  return elasticsearchIndex({
    url: elasticsearchUrl,
    apiKey: services.secret('elasticsearchApiKey'),
    fetch: services.fetch,
  })
}

/** Saved scripts as what schedules run. */
import { maxScripts, type Script } from '@braid/contract/script.ts'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../api/client.ts'

const prefix = 'script:'

export const definitionIdOf = (scriptKey: string): string => `${prefix}${scriptKey}`

/** Undefined: a DAG or a process. */
export const scriptKeyOf = (definitionId: string): string | undefined =>
  definitionId.startsWith(prefix) ? definitionId.slice(prefix.length) : undefined

/** One's own, by name: others are run by the clock by their owners. */
export const ownScriptsQuery = queryOptions({
  queryKey: ['scripts', 'list', 'own'],
  queryFn: async ({ signal }) => {
    const page = { limit: maxScripts }
    const sort = [{ field: 'name', order: 'asc' }] as const
    const { items } = await api.searchScripts({
      body: { filter: { own: true }, sort: [...sort], page },
      signal,
    })
    return items
  },
})

/** By key; what is deleted, or somebody else’s and not shared, is left out. */
export const scriptsByKeyQuery = (scriptKeys: readonly string[]) =>
  queryOptions({
    queryKey: ['scripts', 'list', 'by-key', scriptKeys],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, Script>> => {
      const page = { limit: scriptKeys.length }
      const filter = { scriptKey: { $in: [...scriptKeys] } }
      const { items } = await api.searchScripts({ body: { filter, page }, signal })
      return new Map(items.map((script) => [script.scriptKey, script]))
    },
  })

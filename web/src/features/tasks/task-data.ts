/** What a task sees of its process, as values for its form. */
import type { JsonValue } from '@braid/core/base/json.ts'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'

const variableLimit = 500

export const taskDataQuery = (userTaskKey: string) =>
  queryOptions({
    queryKey: ['user-task', userTaskKey, 'variables'],
    queryFn: async ({ signal }) => {
      const { items } = await api.searchUserTaskVariables({
        params: { userTaskKey },
        body: { page: { limit: variableLimit } },
        signal,
      })
      // Long values are cut in lists; a form needs them whole.
      const entries = await Promise.all(
        items.map(async ({ name, value, isTruncated, variableKey }) => {
          const text = isTruncated
            ? (await api.getVariable({ params: { variableKey }, signal })).value
            : value
          return [name, JSON.parse(text) as JsonValue] as const
        }),
      )
      return Object.fromEntries(entries)
    },
    staleTime: 10_000,
  })

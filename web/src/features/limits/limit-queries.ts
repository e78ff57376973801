import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'

export const limitsQuery = queryOptions({
  queryKey: ['rate-limits', 'list'],
  queryFn: ({ signal }) => api.listRateLimits({ signal }),
})

export const overridesQuery = queryOptions({
  queryKey: ['rate-limits', 'overrides'],
  queryFn: ({ signal }) => api.listRateLimitOverrides({ signal }),
})

/** What is used changes while one looks. */
const usageRefreshMs = 2_000

export const usageQuery = (username: string) =>
  queryOptions({
    queryKey: ['rate-limits', 'usage', username],
    queryFn: ({ signal }) => api.getRateLimitUsage({ params: { username }, signal }),
    refetchInterval: usageRefreshMs,
  })

/** All of the above: what one of them changes shows in the others. */
export const everyLimitQuery = ['rate-limits']

const mostSuggestions = 20

/** Users whose name has these letters. */
export const usersLikeQuery = (letters: string) =>
  queryOptions({
    queryKey: ['users', 'like', letters],
    queryFn: async ({ signal }) => {
      const found = await api.searchUsers({
        body: {
          ...(letters === '' ? {} : { filter: { username: { $like: `*${letters}*` } } }),
          sort: [{ field: 'username', order: 'asc' }],
          page: { limit: mostSuggestions },
        },
        signal,
      })
      return found.items.map(({ username }) => username)
    },
    placeholderData: keepPreviousData,
  })

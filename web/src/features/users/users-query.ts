import { infiniteQueryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'

const pageSize = 50

/** All users by name, page by page. */
export const usersQuery = infiniteQueryOptions({
  queryKey: ['users'],
  queryFn: ({ pageParam, signal }) =>
    api.searchUsers({
      body: {
        sort: [{ field: 'username', order: 'asc' }],
        page: { limit: pageSize, ...(pageParam === undefined ? {} : { after: pageParam }) },
      },
      signal,
    }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => (last.items.length < pageSize ? undefined : last.page.endCursor),
})

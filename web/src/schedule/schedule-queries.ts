import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import { nextPage, noCursor, pageAfter, type SearchFilter } from '../api/queries.ts'

export type ScheduleFilter = SearchFilter<'searchSchedules'>

export const schedulesQuery = (filter: ScheduleFilter) =>
  infiniteQueryOptions({
    queryKey: ['schedules', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      api.searchSchedules({
        body: { filter, sort: [{ field: 'name', order: 'asc' }], page: pageAfter(pageParam) },
        signal,
      }),
    initialPageParam: noCursor,
    getNextPageParam: nextPage,
    refetchInterval: 15_000,
  })

const mostSchedules = 1_000

/** When each DAG or process runs next by itself. */
export const nextTimesQuery = queryOptions({
  queryKey: ['schedules', 'next'],
  queryFn: async ({ signal }): Promise<ReadonlyMap<string, string>> => {
    const { items } = await api.searchSchedules({
      body: { filter: { paused: false }, page: { limit: mostSchedules } },
      signal,
    })
    const next = new Map<string, string>()
    for (const { definitionId, nextTimes } of items) {
      const [time] = nextTimes
      const known = next.get(definitionId)
      if (time !== undefined && (known === undefined || time < known)) next.set(definitionId, time)
    }
    return next
  },
  refetchInterval: 15_000,
})

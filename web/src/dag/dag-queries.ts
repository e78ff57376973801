/** What pages read of DAGs and their runs, each with its cache key. */
import type { DagRun } from '@braid/contract/dag-run.ts'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import { listRefreshMs, nextPage, noCursor, pageAfter, type SearchFilter } from '../api/queries.ts'

export type DagFilter = SearchFilter<'searchDags'>
export type DagRunFilter = SearchFilter<'searchDagRuns'>

export const dagsQuery = (filter: DagFilter) =>
  infiniteQueryOptions({
    queryKey: ['dags', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      api.searchDags({
        body: { filter, sort: [{ field: 'dagId', order: 'asc' }], page: pageAfter(pageParam) },
        signal,
      }),
    initialPageParam: noCursor,
    getNextPageParam: nextPage,
  })

/** Newest first. */
export const dagVersionsQuery = (dagId: string) =>
  queryOptions({
    queryKey: ['dags', 'versions', dagId],
    queryFn: ({ signal }) =>
      api.searchDags({
        body: {
          // Without a word about versions the latest alone is found.
          filter: { dagId, version: { $gte: 1 } },
          sort: [{ field: 'version', order: 'desc' }],
          page: { limit: 200 },
        },
        signal,
      }),
  })

/** A version never changes. */
export const dagQuery = (dagKey: string) =>
  queryOptions({
    queryKey: ['dag', dagKey],
    queryFn: ({ signal }) => api.getDag({ params: { dagKey }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** The latest version by its id. */
export const latestDagQuery = (dagId: string) =>
  queryOptions({
    queryKey: ['dags', 'latest', dagId],
    queryFn: async ({ signal }) => {
      const { items } = await api.searchDags({ body: { filter: { dagId }, page: { limit: 1 } }, signal })
      const [found] = items
      if (found === undefined) throw new Error(`No DAG has the id “${dagId}”.`)
      return await api.getDag({ params: { dagKey: found.dagKey }, signal })
    },
  })

export const dagRunsQuery = (filter: DagRunFilter) =>
  infiniteQueryOptions({
    queryKey: ['dag-runs', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      api.searchDagRuns({
        body: { filter, sort: [{ field: 'dagRunKey', order: 'desc' }], page: pageAfter(pageParam) },
        signal,
      }),
    initialPageParam: noCursor,
    getNextPageParam: nextPage,
  })

/** Enough that DAGs which run often find theirs in one search. */
const newestRuns = 200

const newest = async (
  dagId: string | { readonly $in: readonly string[] },
  limit: number,
  signal: AbortSignal,
) =>
  await api.searchDagRuns({
    body: {
      filter: { dagId: typeof dagId === 'string' ? dagId : { $in: [...dagId.$in] } },
      sort: [{ field: 'dagRunKey', order: 'desc' }],
      page: { limit },
    },
    signal,
  })

/** The newest run of each DAG that had one. */
export const lastRunsQuery = (dagIds: readonly string[]) =>
  queryOptions({
    queryKey: ['dag-runs', 'last', dagIds],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, DagRun>> => {
      const recent = await newest({ $in: dagIds }, newestRuns, signal)
      const last = new Map(recent.items.toReversed().map((run) => [run.dagId, run]))
      if (recent.items.length < newestRuns) return last
      const missing = dagIds.filter((id) => !last.has(id))
      const found = await Promise.all(missing.map((id) => newest(id, 1, signal)))
      for (const run of found.flatMap(({ items }) => items)) last.set(run.dagId, run)
      return last
    },
    enabled: dagIds.length > 0,
    refetchInterval: listRefreshMs,
    placeholderData: keepPreviousData,
  })

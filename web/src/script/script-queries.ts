/** What pages read of scripts and their runs, each with its cache key. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import { listRefreshMs, nextPage, noCursor, pageAfter, type SearchFilter } from '../api/queries.ts'

export type ScriptFilter = SearchFilter<'searchScripts'>
export type ExecutionFilter = SearchFilter<'searchExecutions'>

/** Seldom changes; but a server that has just started is still finding out what it can run. */
export const runtimesQuery = queryOptions({
  queryKey: ['runtimes'],
  queryFn: ({ signal }) => api.listRuntimes({ signal }),
  staleTime: 60_000,
  refetchInterval: ({ state: { data } }) =>
    data !== undefined && data.items.length === 0 ? listRefreshMs / 2 : false,
})

export const exampleScriptsQuery = queryOptions({
  queryKey: ['example-scripts'],
  queryFn: async ({ signal }) => (await api.listExampleScripts({ signal })).items,
  staleTime: Number.POSITIVE_INFINITY,
})

/** The one changed last first. */
export const scriptsQuery = (filter: ScriptFilter) =>
  infiniteQueryOptions({
    queryKey: ['scripts', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      api.searchScripts({
        body: { filter, sort: [{ field: 'updatedAt', order: 'desc' }], page: pageAfter(pageParam) },
        signal,
      }),
    initialPageParam: noCursor,
    getNextPageParam: nextPage,
  })

export const scriptQuery = (scriptKey: string) =>
  queryOptions({
    queryKey: ['scripts', 'one', scriptKey],
    queryFn: ({ signal }) => api.getScript({ params: { scriptKey }, signal }),
  })

export const scriptVersionsQuery = (scriptKey: string) =>
  queryOptions({
    queryKey: ['scripts', 'versions', scriptKey],
    queryFn: async ({ signal }) => (await api.listScriptVersions({ params: { scriptKey }, signal })).items,
  })

/** A version never changes. */
export const scriptVersionQuery = (scriptKey: string, version: number) =>
  queryOptions({
    queryKey: ['script-version', scriptKey, version],
    queryFn: ({ signal }) => api.getScriptVersion({ params: { scriptKey, version }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** Newest first. */
export const executionsQuery = (filter: ExecutionFilter) =>
  infiniteQueryOptions({
    queryKey: ['executions', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      api.searchExecutions({
        body: { filter, sort: [{ field: 'executionKey', order: 'desc' }], page: pageAfter(pageParam) },
        signal,
      }),
    initialPageParam: noCursor,
    getNextPageParam: nextPage,
  })

export const executionQuery = (executionKey: string) =>
  queryOptions({
    queryKey: ['executions', 'one', executionKey],
    queryFn: ({ signal }) => api.getExecution({ params: { executionKey }, signal }),
  })

export const executionEventsQuery = (executionKey: string) =>
  queryOptions({
    queryKey: ['executions', 'events', executionKey],
    queryFn: async ({ signal }) =>
      (await api.getExecutionEvents({ params: { executionKey }, query: {}, signal })).items,
  })

export const executionQueueQuery = queryOptions({
  queryKey: ['executions', 'queue'],
  queryFn: ({ signal }) => api.getExecutionQueue({ signal }),
  refetchInterval: listRefreshMs / 2,
})

/** What pages read, each with its cache key. Searches give one page; `infinite…` ones load more. */
import type { RouteInput } from '@braid/contract/route.ts'
import type { OperationId, Routes } from '@braid/contract/routes.ts'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api } from './client.ts'

export type SearchFilter<Id extends OperationId> =
  RouteInput<Routes[Id]> extends { readonly body?: infer Body }
    ? NonNullable<Body> extends { readonly filter?: infer Filter }
      ? NonNullable<Filter>
      : never
    : never

export type InstanceFilter = SearchFilter<'searchProcessInstances'>
export type UserTaskFilter = SearchFilter<'searchUserTasks'>
export type IncidentFilter = SearchFilter<'searchIncidents'>

/** Lists look again this often while their page is open. */
export const listRefreshMs = 4_000

/** Somebody who loaded more reads: the list stands still then. */
export const refreshUntilMore = (query: {
  readonly state: { readonly data?: { readonly pages: readonly unknown[] } | undefined }
}): number | false => ((query.state.data?.pages.length ?? 0) > 1 ? false : listRefreshMs)

type Page = { readonly page: { readonly endCursor?: string | undefined }; readonly items: readonly unknown[] }

const pageSize = 50
export const nextPage = (last: Page): string | undefined =>
  last.items.length < pageSize ? undefined : last.page.endCursor
export const pageAfter = (after: string | undefined) => ({
  limit: pageSize,
  ...(after === undefined ? {} : { after }),
})
export const noCursor: string | undefined = undefined

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => api.getOverview({ signal }),
  refetchInterval: listRefreshMs,
})

export const topologyQuery = queryOptions({
  queryKey: ['topology'],
  queryFn: ({ signal }) => api.getTopology({ signal }),
  refetchInterval: 15_000,
})

export const definitionQuery = (processDefinitionKey: string) =>
  queryOptions({
    queryKey: ['process-definition', processDefinitionKey],
    queryFn: ({ signal }) => api.getProcessDefinition({ params: { processDefinitionKey }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** A definition never changes, and so neither does its file. */
export const definitionXmlQuery = (processDefinitionKey: string) =>
  queryOptions({
    queryKey: ['process-definition', processDefinitionKey, 'xml'],
    queryFn: ({ signal }) => api.getProcessDefinitionXml({ params: { processDefinitionKey }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const startFormQuery = (processDefinitionKey: string) =>
  queryOptions({
    queryKey: ['process-definition', processDefinitionKey, 'form'],
    queryFn: async ({ signal }) =>
      (await api.getStartForm({ params: { processDefinitionKey }, signal })) ?? null,
  })

export const versionsQuery = (processDefinitionId: string) =>
  queryOptions({
    queryKey: ['process-definitions', 'versions', processDefinitionId],
    queryFn: ({ signal }) =>
      api.searchProcessDefinitions({
        body: {
          filter: { processDefinitionId },
          sort: [{ field: 'version', order: 'desc' }],
          page: { limit: 200 },
        },
        signal,
      }),
  })

export const latestDefinitionsQuery = infiniteQueryOptions({
  queryKey: ['process-definitions', 'latest'],
  queryFn: ({ pageParam, signal }) =>
    api.searchProcessDefinitions({
      body: {
        filter: { isLatestVersion: true },
        sort: [{ field: 'processDefinitionId', order: 'asc' }],
        page: pageAfter(pageParam),
      },
      signal,
    }),
  initialPageParam: noCursor,
  getNextPageParam: nextPage,
})

export const decisionVersionsQuery = (decisionDefinitionId: string) =>
  queryOptions({
    queryKey: ['decision-definitions', 'versions', decisionDefinitionId],
    queryFn: ({ signal }) =>
      api.searchDecisionDefinitions({
        body: {
          filter: { decisionDefinitionId },
          sort: [{ field: 'version', order: 'desc' }],
          page: { limit: 200 },
        },
        signal,
      }),
  })

/** A version never changes, and so neither does its file. */
export const decisionXmlQuery = (decisionDefinitionKey: string) =>
  queryOptions({
    queryKey: ['decision-definition', decisionDefinitionKey, 'xml'],
    queryFn: ({ signal }) => api.getDecisionDefinitionXml({ params: { decisionDefinitionKey }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

const recentEvaluations = 20

export const recentEvaluationsQuery = (decisionDefinitionKey: string) =>
  queryOptions({
    queryKey: ['decision-instances', decisionDefinitionKey],
    queryFn: ({ signal }) =>
      api.searchDecisionInstances({
        body: {
          filter: { decisionDefinitionKey },
          sort: [{ field: 'evaluationDate', order: 'desc' }],
          page: { limit: recentEvaluations },
        },
        signal,
      }),
    refetchInterval: listRefreshMs,
  })

export const latestDecisionsQuery = infiniteQueryOptions({
  queryKey: ['decision-definitions', 'latest'],
  queryFn: ({ pageParam, signal }) =>
    api.searchDecisionDefinitions({
      body: {
        filter: { isLatestVersion: true },
        sort: [{ field: 'decisionDefinitionId', order: 'asc' }],
        page: pageAfter(pageParam),
      },
      signal,
    }),
  initialPageParam: noCursor,
  getNextPageParam: nextPage,
})

export const instancesQuery = (filter: InstanceFilter) =>
  infiniteQueryOptions({
    queryKey: ['process-instances', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      api.searchProcessInstances({
        body: { filter, sort: [{ field: 'startDate', order: 'desc' }], page: pageAfter(pageParam) },
        signal,
      }),
    initialPageParam: noCursor,
    getNextPageParam: nextPage,
  })

export const recentInstancesQuery = (filter: InstanceFilter, limit: number) =>
  queryOptions({
    queryKey: ['process-instances', 'recent', filter, limit],
    queryFn: ({ signal }) =>
      api.searchProcessInstances({
        body: { filter, sort: [{ field: 'startDate', order: 'desc' }], page: { limit } },
        signal,
      }),
    refetchInterval: listRefreshMs,
  })

export const instanceQuery = (processInstanceKey: string) =>
  queryOptions({
    queryKey: ['process-instance', processInstanceKey],
    queryFn: ({ signal }) => api.getProcessInstance({ params: { processInstanceKey }, signal }),
  })

export const userTasksQuery = (filter: UserTaskFilter) =>
  infiniteQueryOptions({
    queryKey: ['user-tasks', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      api.searchUserTasks({
        body: { filter, sort: [{ field: 'creationDate', order: 'desc' }], page: pageAfter(pageParam) },
        signal,
      }),
    initialPageParam: noCursor,
    getNextPageParam: nextPage,
    refetchInterval: listRefreshMs,
  })

export const userTaskCountQuery = (filter: UserTaskFilter) =>
  queryOptions({
    queryKey: ['user-tasks', 'count', filter],
    queryFn: async ({ signal }) =>
      (await api.searchUserTasks({ body: { filter, page: { limit: 0 } }, signal })).page,
    refetchInterval: listRefreshMs,
  })

export const userTaskQuery = (userTaskKey: string) =>
  queryOptions({
    queryKey: ['user-task', userTaskKey],
    queryFn: ({ signal }) => api.getUserTask({ params: { userTaskKey }, signal }),
    refetchInterval: listRefreshMs,
  })

export const userTaskFormQuery = (userTaskKey: string) =>
  queryOptions({
    queryKey: ['user-task', userTaskKey, 'form'],
    queryFn: async ({ signal }) => (await api.getUserTaskForm({ params: { userTaskKey }, signal })) ?? null,
    staleTime: Number.POSITIVE_INFINITY,
  })

export const incidentsQuery = (filter: IncidentFilter, limit: number) =>
  queryOptions({
    queryKey: ['incidents', filter, limit],
    queryFn: ({ signal }) =>
      api.searchIncidents({
        body: { filter, sort: [{ field: 'creationTime', order: 'desc' }], page: { limit } },
        signal,
      }),
  })

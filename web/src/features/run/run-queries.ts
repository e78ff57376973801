/** What is read about one run, all below the key of the run, so that one invalidation refreshes it. */
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'

const listLimit = 500

/** Those of the process itself first: the runs of a loop may have thousands of their own. */
export const variablesQuery = (processInstanceKey: string) =>
  queryOptions({
    queryKey: ['process-instance', processInstanceKey, 'variables'],
    queryFn: async ({ signal }) => {
      const read = (scopeKey: string | { readonly $neq: string }) =>
        api.searchVariables({
          body: {
            filter: { processInstanceKey, scopeKey },
            sort: [{ field: 'name', order: 'asc' }],
            page: { limit: listLimit },
          },
          signal,
        })
      const [own, inner] = await Promise.all([read(processInstanceKey), read({ $neq: processInstanceKey })])
      return {
        items: [...own.items, ...inner.items],
        left: leftOf(own) + leftOf(inner),
        countsMore: inner.page.hasMoreTotalItems,
      }
    },
  })

type Page = { readonly items: readonly unknown[]; readonly page: { readonly totalItems: number } }

/** How many a page does not show. */
const leftOf = ({ items, page }: Page): number => Math.max(0, page.totalItems - items.length)

export const jobsQuery = (processInstanceKey: string) =>
  queryOptions({
    queryKey: ['process-instance', processInstanceKey, 'jobs'],
    queryFn: ({ signal }) =>
      api.searchJobs({
        body: {
          filter: { processInstanceKey },
          sort: [{ field: 'jobKey', order: 'desc' }],
          page: { limit: listLimit },
        },
        signal,
      }),
  })

export const runTasksQuery = (processInstanceKey: string) =>
  queryOptions({
    queryKey: ['process-instance', processInstanceKey, 'user-tasks'],
    queryFn: ({ signal }) =>
      api.searchUserTasks({
        body: {
          filter: { processInstanceKey },
          sort: [{ field: 'creationDate', order: 'desc' }],
          page: { limit: listLimit },
        },
        signal,
      }),
  })

export const runIncidentsQuery = (processInstanceKey: string) =>
  queryOptions({
    queryKey: ['process-instance', processInstanceKey, 'incidents'],
    queryFn: ({ signal }) =>
      api.searchIncidents({
        body: {
          filter: { processInstanceKey },
          sort: [{ field: 'creationTime', order: 'desc' }],
          page: { limit: listLimit },
        },
        signal,
      }),
  })

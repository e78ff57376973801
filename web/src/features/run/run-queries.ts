/** What is read about one run, all below the key of the run, so that one invalidation refreshes it. */
import type { TaskOutput } from '@braid/contract/dag-run.ts'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keptOutput } from '../../live/dag-run-view.ts'
import { newestOf } from '../../script/log-text.ts'

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

const outputPerPage = 1_000
const outputRefreshMs = 1_000
/** Bounds the memory of a page beside scripts that write a lot. */
const keptLetters = 4_000_000

/** What its tasks wrote, oldest first, as far as the page keeps it. Each look reads on where the last one ended. */
export const outputQuery = (processInstanceKey: string, over: boolean) =>
  queryOptions({
    queryKey: ['process-instance', processInstanceKey, 'output'],
    queryFn: async ({ client, queryKey, signal }): Promise<readonly TaskOutput[]> => {
      let output = client.getQueryData<readonly TaskOutput[]>(queryKey) ?? []
      for (;;) {
        const after = output.at(-1)?.sequence ?? 0
        const { items, more } = await api.searchProcessInstanceOutput({
          params: { processInstanceKey },
          body: { after, limit: outputPerPage },
          signal,
        })
        // The lists of lines are written in the words of DAGs.
        const read = items.map(({ elementInstanceKey, elementId, ...rest }) => ({
          ...rest,
          taskKey: elementInstanceKey,
          nodeId: elementId,
        }))
        if (read.length > 0)
          output = newestOf([...output, ...read], { entries: keptOutput, letters: keptLetters })
        if (!more) return output
      }
    },
    refetchInterval: over ? false : outputRefreshMs,
    // It only grows: to compare all of it would find nothing.
    structuralSharing: false,
  })

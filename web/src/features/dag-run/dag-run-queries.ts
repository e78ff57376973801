import type { DagTask, TaskOutput } from '@braid/contract/dag-run.ts'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { noCursor } from '../../api/queries.ts'
import { fileLine, textsOf } from '../../script/log-text.ts'

export type TaskFilter = { readonly nodeId?: string; readonly state?: DagTask['state'] }

/** All items of a large map in few pages: rows that are not in sight cost nothing. */
const tasksPerPage = 1_000
/** While it runs, one page is read this often; several are heavier. */
const refreshMs = 1_500
const manyPagesRefreshMs = 8_000

export const dagTasksQuery = (dagRunKey: string, filter: TaskFilter, over: boolean) =>
  infiniteQueryOptions({
    queryKey: ['dag-run', dagRunKey, 'tasks', filter],
    queryFn: ({ pageParam, signal }) =>
      api.searchDagTasks({
        params: { dagRunKey },
        body: {
          filter,
          sort: [{ field: 'startedAt', order: 'asc' }],
          page: { limit: tasksPerPage, ...(pageParam === undefined ? {} : { after: pageParam }) },
        },
        signal,
      }),
    initialPageParam: noCursor,
    getNextPageParam: (last) => (last.items.length < tasksPerPage ? undefined : last.page.endCursor),
    refetchInterval: (query) =>
      over ? false : (query.state.data?.pages.length ?? 0) > 1 ? manyPagesRefreshMs : refreshMs,
    placeholderData: keepPreviousData,
  })

export const dagTaskQuery = (dagRunKey: string, taskKey: string) =>
  queryOptions({
    queryKey: ['dag-run', dagRunKey, 'task', taskKey],
    queryFn: ({ signal }) => api.getDagTask({ params: { dagRunKey, taskKey }, signal }),
    refetchInterval: (query) => (query.state.data?.endedAt === undefined ? refreshMs : false),
  })

export const valuesQuery = (processInstanceKey: string) =>
  queryOptions({
    queryKey: ['dag-run', processInstanceKey, 'values'],
    queryFn: ({ signal }) =>
      api.searchVariables({
        body: {
          filter: { processInstanceKey, scopeKey: processInstanceKey },
          sort: [{ field: 'name', order: 'asc' }],
          page: { limit: 1_000 },
        },
        signal,
      }),
  })

const outputPerPage = 1_000
/** Of a download: a million entries, or about a gigabyte of text. */
const mostOutputPages = 1_000

/** What tasks and scripts of a run wrote, or those of one node, as text. */
export async function readLogText(dagRunKey: string, nodeId: string | undefined): Promise<string> {
  const entries: TaskOutput[] = []
  let after = 0
  for (let page = 0; page < mostOutputPages; page++) {
    const { items, more } = await api.searchTaskOutput({
      params: { dagRunKey },
      body: { after, limit: outputPerPage, ...(nodeId === undefined ? {} : { nodeId }) },
    })
    entries.push(...textsOf(items))
    after = items.at(-1)?.sequence ?? after
    if (!more) break
  }
  return textsOf(entries).map(fileLine).join('')
}

import type { DagTask } from '@braid/contract/dag-run.ts'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { dagTasksQuery, type TaskFilter } from './dag-run-queries.ts'

/** Tasks of a run in the order in which they began; more pages come when the end of the list is in sight. */
export function useTasks(dagRunKey: string, filter: TaskFilter, over: boolean) {
  const tasks = useInfiniteQuery(dagTasksQuery(dagRunKey, filter, over))
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = tasks
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const items: readonly DagTask[] = tasks.data?.pages.flatMap((page) => page.items) ?? []
  return { tasks, items, loadMore, total: tasks.data?.pages[0]?.page }
}

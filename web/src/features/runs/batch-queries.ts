/** What is read about batch operations; lists look again while something is under way. */
import type { BatchOperation } from '@braid/contract/batch-operation.ts'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { listRefreshMs } from '../../api/queries.ts'

/** One that works shows each step. */
const progressMs = 700
const listLimit = 100

const isOver = (batch: BatchOperation | undefined): boolean =>
  batch?.state === 'COMPLETED' || batch?.state === 'CANCELED'

export const batchQuery = (batchOperationKey: string) =>
  queryOptions({
    queryKey: ['batch-operations', batchOperationKey],
    queryFn: ({ signal }) => api.getBatchOperation({ params: { batchOperationKey }, signal }),
    refetchInterval: (query) => (isOver(query.state.data) ? false : progressMs),
  })

export const batchesQuery = queryOptions({
  queryKey: ['batch-operations', 'list'],
  queryFn: ({ signal }) =>
    api.searchBatchOperations({
      body: { sort: [{ field: 'batchOperationKey', order: 'desc' }], page: { limit: listLimit } },
      signal,
    }),
  refetchInterval: listRefreshMs,
})

export const failedItemsQuery = (batchOperationKey: string, failed: number) =>
  queryOptions({
    queryKey: ['batch-operations', batchOperationKey, 'failed', failed],
    queryFn: ({ signal }) =>
      api.searchBatchOperationItems({
        body: { filter: { batchOperationKey, state: 'FAILED' }, page: { limit: listLimit } },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

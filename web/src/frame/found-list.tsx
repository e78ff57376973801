import Paper from '@mui/material/Paper'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Failure, LoadingRows, LoadMore } from './list-states.tsx'

/** What a search found, page by page. */
export function FoundList<Item>(props: {
  readonly found: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Item[] }>>
  readonly empty: ReactNode
  readonly children: (items: readonly Item[]) => ReactNode
}): ReactNode {
  const { found } = props
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Paper variant="outlined" sx={{ overflow: 'hidden' }} aria-busy={found.isPlaceholderData}>
      {found.isPending ? (
        <LoadingRows />
      ) : found.isError ? (
        <Failure error={found.error} onRetry={found.refetch} />
      ) : items.length === 0 ? (
        props.empty
      ) : (
        props.children(items)
      )}
      <LoadMore found={found} />
    </Paper>
  )
}

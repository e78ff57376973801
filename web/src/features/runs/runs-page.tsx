import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { Link, useSearchParams } from 'react-router'
import { instancesQuery, listRefreshMs } from '../../api/queries.ts'
import { RunIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows, LoadMore } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { countText } from '../../frame/time-text.ts'
import { FilterBar } from './filter-bar.tsx'
import { filtersFromUrl, filtersToSearch, filtersToUrl, noFilters, type RunFilters } from './run-filters.ts'
import { RunTable } from './run-table.tsx'

/** Everything that executes or did, found on the server. */
export function RunsPage(): ReactNode {
  const [parameters, setParameters] = useSearchParams()
  const filters = useMemo(() => filtersFromUrl(parameters), [parameters])
  const search = useMemo(() => filtersToSearch(filters), [filters])
  const runs = useInfiniteQuery({
    ...instancesQuery(search),
    // Somebody who loaded more reads: the list stands still then.
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : listRefreshMs),
    placeholderData: (before) => before,
  })
  const change = (next: RunFilters): void => setParameters(filtersToUrl(next), { replace: true })
  const items = runs.data?.pages.flatMap((page) => page.items) ?? []
  const total = runs.data?.pages[0]?.page
  const filtered = parameters.size > 0

  return (
    <Page
      title="Runs"
      subtitle={
        total === undefined
          ? 'Everything that executes'
          : `${countText(total.totalItems, total.hasMoreTotalItems)} ${filtered ? 'match' : 'in all'}, newest first`
      }
    >
      <FilterBar filters={filters} onChange={change} />
      <Paper variant="outlined" sx={{ overflow: 'hidden' }} aria-busy={runs.isPlaceholderData}>
        {runs.isPending ? (
          <LoadingRows rows={8} />
        ) : runs.isError ? (
          <Failure error={runs.error} onRetry={runs.refetch} />
        ) : items.length === 0 ? (
          <NoRuns filtered={filtered} onClear={() => change(noFilters)} />
        ) : (
          <RunTable items={items} />
        )}
        <LoadMore hasMore={runs.hasNextPage} loading={runs.isFetchingNextPage} onMore={runs.fetchNextPage} />
      </Paper>
    </Page>
  )
}

function NoRuns(props: { readonly filtered: boolean; readonly onClear: () => void }): ReactNode {
  if (props.filtered)
    return (
      <Empty
        icon={RunIcon}
        title="No run matches"
        action={
          <Button variant="outlined" onClick={props.onClear}>
            Clear the filters
          </Button>
        }
      >
        Variables are compared exactly; a business id may contain * and ?.
      </Empty>
    )
  return (
    <Empty
      icon={RunIcon}
      title="Nothing has run yet"
      action={
        <Button component={Link} to="/processes" variant="outlined">
          Choose a process to start
        </Button>
      }
    />
  )
}

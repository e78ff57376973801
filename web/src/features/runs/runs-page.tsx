import type { ProcessInstance } from '@braid/contract/process-instance.ts'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { type InstanceFilter, instancesQuery, refreshUntilMore } from '../../api/queries.ts'
import { Failure, LoadingRows, LoadMore } from '../../frame/list-states.tsx'
import { NoRuns } from '../../frame/no-runs.tsx'
import { Page } from '../../frame/page.tsx'
import { RunKinds } from '../../frame/run-kinds.tsx'
import { countText } from '../../frame/time-text.ts'
import { BatchBar, type BatchTarget } from './batch-bar.tsx'
import { FilterBar } from './filter-bar.tsx'
import { MigrateMany } from './migrate-many.tsx'
import { filtersFromUrl, filtersToSearch, filtersToUrl, noFilters, type RunFilters } from './run-filters.ts'
import { RunTable } from './run-table.tsx'

const nothing: ReadonlySet<string> = new Set()

const runsText = (count: string): string => (count === '1' ? '1 run' : `${count} runs`)

/** The selected runs, or without a selection all that the filters find. */
function targetOf(selected: ReadonlySet<string>, search: InstanceFilter, found: string): BatchTarget {
  if (selected.size === 0)
    return { filter: search, words: found === '1' ? 'the 1 run found' : `all ${found} runs found` }
  return {
    filter: { processInstanceKey: { $in: [...selected] } },
    words: runsText(selected.size.toLocaleString()),
  }
}

/** The one definition that all of the target run, as far as that is certain. */
function commonDefinition(
  items: readonly ProcessInstance[],
  selected: ReadonlySet<string>,
  { process, version }: RunFilters,
): ProcessInstance | undefined {
  const all = selected.size === 0
  if (all && (process === undefined || version === undefined)) return undefined
  const meant = items.filter(({ processInstanceKey }) => all || selected.has(processInstanceKey))
  const keys = new Set(meant.map(({ processDefinitionKey }) => processDefinitionKey))
  return keys.size === 1 ? meant[0] : undefined
}

/** Everything that executes or did, found on the server. */
export function RunsPage(): ReactNode {
  const [parameters, setParameters] = useSearchParams()
  const filters = useMemo(() => filtersFromUrl(parameters), [parameters])
  const search = useMemo(() => filtersToSearch(filters), [filters])
  const runs = useInfiniteQuery({
    ...instancesQuery(search),
    refetchInterval: refreshUntilMore,
    placeholderData: keepPreviousData,
  })
  const [selected, setSelected] = useState<ReadonlySet<string>>(nothing)
  const change = (next: RunFilters): void => {
    setSelected(nothing)
    setParameters(filtersToUrl(next), { replace: true })
  }
  const items = runs.data?.pages.flatMap((page) => page.items) ?? []
  const total = runs.data?.pages[0]?.page
  const filtered = parameters.size > 0
  const found = total === undefined ? '' : countText(total.totalItems, total.hasMoreTotalItems)

  return (
    <Page
      title="Runs"
      subtitle={
        total === undefined
          ? 'Everything that executes'
          : `${found} ${filtered ? 'match' : 'in all'}, newest first`
      }
      actions={
        <Button component={Link} to="/runs/batch-operations" variant="outlined">
          Batch operations
        </Button>
      }
    >
      <RunKinds kind="processes" />
      <FilterBar filters={filters} onChange={change} />
      <Paper variant="outlined" sx={{ overflow: 'hidden' }} aria-busy={runs.isPlaceholderData}>
        {runs.isPending ? (
          <LoadingRows rows={8} />
        ) : runs.isError ? (
          <Failure error={runs.error} onRetry={runs.refetch} />
        ) : items.length === 0 ? (
          <NoRuns
            title="Nothing has run yet"
            to="/processes"
            action="Choose a process to start"
            filtered={filtered}
            hint="Variables are compared exactly; a business id may contain * and ?."
            onClear={() => change(noFilters)}
          />
        ) : (
          <>
            <BatchBar
              target={targetOf(selected, search, found)}
              selected={selected.size}
              onClear={() => setSelected(nothing)}
            >
              <MigrateMany
                target={targetOf(selected, search, found)}
                source={commonDefinition(items, selected, filters)}
              />
            </BatchBar>
            <RunTable items={items} selection={{ keys: selected, onChange: setSelected }} />
          </>
        )}
        <LoadMore found={runs} />
      </Paper>
    </Page>
  )
}

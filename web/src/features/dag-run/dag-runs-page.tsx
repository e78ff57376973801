import { dagRunStates, dagRunTriggers } from '@braid/contract/dag-run.ts'
import { type ReactNode, useMemo } from 'react'
import type { DagRunFilter } from '../../dag/dag-queries.ts'
import { triggerNames } from '../../dag/dag-run-state.ts'
import { DagRunList } from '../../dag/dag-run-table.tsx'
import { capital } from '../../frame/capital.ts'
import { ChoiceFilter, FilterRow, like, oneOf, TextFilter, useFilters } from '../../frame/filters.tsx'
import { NoRuns } from '../../frame/no-runs.tsx'
import { Page } from '../../frame/page.tsx'
import { RunKinds } from '../../frame/run-kinds.tsx'

const states = dagRunStates.map((value) => ({ value, label: capital(value.toLowerCase()) }))
const triggers = dagRunTriggers.map((value) => ({ value, label: capital(triggerNames[value]) }))

function filterOf(parameters: URLSearchParams): DagRunFilter {
  const dag = parameters.get('dag')
  const state = oneOf(dagRunStates, parameters.get('state'))
  const trigger = oneOf(dagRunTriggers, parameters.get('trigger'))
  return {
    ...(dag ? { dagId: like(dag) } : {}),
    ...(state === undefined ? {} : { state }),
    ...(trigger === undefined ? {} : { trigger }),
  }
}

/** Runs of all DAGs. */
export function DagRunsPage(): ReactNode {
  const filters = useFilters()
  const { parameters } = filters
  const filter = useMemo(() => filterOf(parameters), [parameters])
  return (
    <Page title="Runs" subtitle="Runs of DAGs, newest first">
      <RunKinds kind="dags" />
      <FilterRow columns="320px 160px 180px">
        <TextFilter label="DAG" name="dag" filters={filters} />
        <ChoiceFilter label="State" name="state" filters={filters} choices={states} />
        <ChoiceFilter label="Started" name="trigger" filters={filters} choices={triggers} />
      </FilterRow>
      <DagRunList
        filter={filter}
        empty={
          <NoRuns
            title="No DAG has run yet"
            to="/dags"
            action="Choose a DAG to run"
            filtered={parameters.size > 0}
            onClear={filters.clear}
          />
        }
      />
    </Page>
  )
}

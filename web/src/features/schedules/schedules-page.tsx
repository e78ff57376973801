import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { type ReactNode, useMemo, useState } from 'react'
import { ChoiceFilter, FilterRow, like, oneOf, TextFilter, useFilters } from '../../frame/filters.tsx'
import { AddIcon, ScheduleIcon } from '../../frame/icons.tsx'
import { Empty } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { ScheduleDialog } from '../../schedule/schedule-dialog.tsx'
import { ScheduleList } from '../../schedule/schedule-list.tsx'
import type { ScheduleFilter } from '../../schedule/schedule-queries.ts'

const kinds = [
  { value: 'dag', label: 'DAGs' },
  { value: 'process', label: 'Processes' },
  { value: 'script', label: 'Scripts' },
] as const
const pausedOrNot = [
  { value: 'no', label: 'Active' },
  { value: 'yes', label: 'Paused' },
] as const

function filterOf(parameters: URLSearchParams): ScheduleFilter {
  const text = parameters.get('text')
  const kind = oneOf(
    kinds.map(({ value }) => value),
    parameters.get('kind'),
  )
  const paused = oneOf(['no', 'yes'], parameters.get('paused'))
  return {
    ...(text ? { definitionId: like(text) } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(paused === undefined ? {} : { paused: paused === 'yes' }),
  }
}

/** What starts by the clock. */
export function SchedulesPage(): ReactNode {
  const filters = useFilters()
  const { parameters } = filters
  const [adding, setAdding] = useState(false)
  const filter = useMemo(() => filterOf(parameters), [parameters])
  return (
    <Page
      title="Schedules"
      subtitle="DAGs, processes and scripts that start by the clock, each with its next five times."
      maxWidth={1080}
      actions={
        <Button variant="contained" startIcon={<AddIcon />} onClick={() => setAdding(true)}>
          New schedule
        </Button>
      }
    >
      <FilterRow columns="320px 180px 180px">
        <Box sx={{ display: 'grid', gridColumn: { xs: '1 / -1', md: 'auto' } }}>
          <TextFilter label="Id of DAG or process" name="text" filters={filters} />
        </Box>
        <ChoiceFilter label="Kind" name="kind" filters={filters} choices={kinds} any="All" />
        <ChoiceFilter label="State" name="paused" filters={filters} choices={pausedOrNot} any="All" />
      </FilterRow>
      <ScheduleList
        filter={filter}
        {...(parameters.size > 0
          ? {}
          : {
              empty: (
                <Empty icon={ScheduleIcon} title="Nothing starts by the clock">
                  A DAG can say its schedules itself, or you add one here for a DAG, a process or a script of
                  yours.
                </Empty>
              ),
            })}
      />
      {adding && <ScheduleDialog onClose={() => setAdding(false)} />}
    </Page>
  )
}

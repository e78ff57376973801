import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { type ReactNode, useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import { AddIcon, ScheduleIcon } from '../../frame/icons.tsx'
import { Empty } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { TypedFilter } from '../../frame/typed-filter.tsx'
import { ScheduleDialog } from '../../schedule/schedule-dialog.tsx'
import { ScheduleList } from '../../schedule/schedule-list.tsx'

const any = ''

const kinds = [
  { value: 'dag', label: 'DAGs' },
  { value: 'process', label: 'Processes' },
  { value: 'script', label: 'Scripts' },
] as const

/** What starts by the clock. */
export function SchedulesPage(): ReactNode {
  const [parameters, setParameters] = useSearchParams()
  const [adding, setAdding] = useState(false)
  const text = parameters.get('text') ?? ''
  const paused = parameters.get('paused') ?? any
  const kind = kinds.find(({ value }) => value === parameters.get('kind'))?.value ?? any
  const filter = useMemo(
    () => ({
      ...(text === '' ? {} : { definitionId: { $like: /[*?]/.test(text) ? text : `*${text}*` } }),
      ...(kind === any ? {} : { kind }),
      ...(paused === any ? {} : { paused: paused === 'yes' }),
    }),
    [text, kind, paused],
  )
  const set = (name: string, value: string): void =>
    setParameters(
      (before) => {
        if (value === '') before.delete(name)
        else before.set(name, value)
        return before
      },
      { replace: true },
    )
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
      <Filters text={text} kind={kind} paused={paused} onChange={set} />
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

function Filters(props: {
  readonly text: string
  readonly kind: string
  readonly paused: string
  /** Empty: whatever it is. */
  readonly onChange: (name: 'text' | 'kind' | 'paused', value: string) => void
}): ReactNode {
  const { text, kind, paused, onChange } = props
  return (
    <Box
      component="search"
      aria-label="Filters"
      sx={{
        display: 'grid',
        gap: 1.25,
        mb: 2,
        gridTemplateColumns: { xs: '1fr 1fr', md: '320px 180px 180px' },
      }}
    >
      <Box sx={{ display: 'grid', gridColumn: { xs: '1 / -1', md: 'auto' } }}>
        <TypedFilter
          label="Id of DAG or process"
          value={text}
          onChange={(typed) => onChange('text', typed)}
        />
      </Box>
      <TextField
        select
        label="Kind"
        value={kind}
        onChange={(event) => onChange('kind', event.target.value)}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      >
        <MenuItem value={any}>All</MenuItem>
        {kinds.map(({ value, label }) => (
          <MenuItem key={value} value={value}>
            {label}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        label="State"
        value={paused}
        onChange={(event) => onChange('paused', event.target.value)}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      >
        <MenuItem value={any}>All</MenuItem>
        <MenuItem value="no">Active</MenuItem>
        <MenuItem value="yes">Paused</MenuItem>
      </TextField>
    </Box>
  )
}

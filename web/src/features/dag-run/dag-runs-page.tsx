import { dagRunStates, dagRunTriggers } from '@braid/contract/dag-run.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { type ReactNode, useMemo } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { DagRunFilter } from '../../dag/dag-queries.ts'
import { triggerNames } from '../../dag/dag-run-state.ts'
import { DagRunList } from '../../dag/dag-run-table.tsx'
import { RunIcon } from '../../frame/icons.tsx'
import { Empty } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { RunKinds } from '../../frame/run-kinds.tsx'
import { TypedFilter } from '../../frame/typed-filter.tsx'

const any = ''
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

const states = dagRunStates.map((value) => ({ value, label: capital(value.toLowerCase()) }))
const triggers = dagRunTriggers.map((value) => ({ value, label: capital(triggerNames[value]) }))

const oneOf = <T extends string>(values: readonly T[], text: string | null): T | undefined =>
  values.find((value) => value === text)

function filterOf(parameters: URLSearchParams): DagRunFilter {
  const dag = parameters.get('dag')
  const state = oneOf(dagRunStates, parameters.get('state'))
  const trigger = oneOf(dagRunTriggers, parameters.get('trigger'))
  return {
    ...(dag ? { dagId: { $like: /[*?]/.test(dag) ? dag : `*${dag}*` } } : {}),
    ...(state === undefined ? {} : { state }),
    ...(trigger === undefined ? {} : { trigger }),
  }
}

/** Runs of all DAGs. */
export function DagRunsPage(): ReactNode {
  const [parameters, setParameters] = useSearchParams()
  const filter = useMemo(() => filterOf(parameters), [parameters])
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
    <Page title="Runs" subtitle="Runs of DAGs, newest first">
      <RunKinds kind="dags" />
      <Box
        component="search"
        aria-label="Filters"
        sx={{
          display: 'grid',
          gap: 1.25,
          mb: 2,
          gridTemplateColumns: { xs: '1fr 1fr', md: '320px 160px 180px' },
        }}
      >
        <TypedFilter label="DAG" value={parameters.get('dag') ?? ''} onChange={(text) => set('dag', text)} />
        <Choice
          label="State"
          value={filter.state === undefined ? any : (parameters.get('state') ?? any)}
          options={states}
          onChange={(value) => set('state', value)}
        />
        <Choice
          label="Started"
          value={filter.trigger === undefined ? any : (parameters.get('trigger') ?? any)}
          options={triggers}
          onChange={(value) => set('trigger', value)}
        />
      </Box>
      <DagRunList
        filter={filter}
        empty={<NoRuns filtered={parameters.size > 0} onClear={() => setParameters({}, { replace: true })} />}
      />
    </Page>
  )
}

function NoRuns(props: { readonly filtered: boolean; readonly onClear: () => void }): ReactNode {
  return props.filtered ? (
    <Empty
      icon={RunIcon}
      title="No run matches"
      action={
        <Button variant="outlined" onClick={props.onClear}>
          Clear the filters
        </Button>
      }
    />
  ) : (
    <Empty
      icon={RunIcon}
      title="No DAG has run yet"
      action={
        <Button component={Link} to="/dags" variant="outlined">
          Choose a DAG to run
        </Button>
      }
    />
  )
}

function Choice(props: {
  readonly label: string
  readonly value: string
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly onChange: (value: string) => void
}): ReactNode {
  return (
    <TextField
      select
      label={props.label}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      <MenuItem value={any}>Any</MenuItem>
      {props.options.map(({ value, label }) => (
        <MenuItem key={value} value={value}>
          {label}
        </MenuItem>
      ))}
    </TextField>
  )
}

import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { latestDefinitionsQuery } from '../../api/queries.ts'
import { TypedFilter } from '../../frame/typed-filter.tsx'
import { noFilters, type RunFilters, type RunState } from './run-filters.ts'

const any = ''

type Choice = 'incident' | RunState | typeof any

const stateChoices: readonly { readonly value: Choice; readonly label: string }[] = [
  { value: any, label: 'Any state' },
  { value: 'ACTIVE', label: 'Running' },
  { value: 'incident', label: 'With incident' },
  { value: 'SUSPENDED', label: 'Suspended' },
  { value: 'COMPLETED', label: 'Completed' },
  { value: 'TERMINATED', label: 'Terminated' },
]

type Change = { readonly [Name in keyof RunFilters]?: RunFilters[Name] | undefined }

/** Sets some filters and takes away those that are undefined. */
function changed(filters: RunFilters, change: Change): RunFilters {
  const entries = Object.entries({ ...filters, ...change }).filter(([, value]) => value !== undefined)
  return { ...noFilters, ...Object.fromEntries(entries) }
}

type FilterBarProps = { readonly filters: RunFilters; readonly onChange: (filters: RunFilters) => void }

export function FilterBar({ filters, onChange }: FilterBarProps): ReactNode {
  const set = (change: Change): void => onChange(changed(filters, change))
  const choice: Choice = filters.incident === true ? 'incident' : (filters.state ?? any)
  return (
    <Box component="search" aria-label="Filters" sx={{ mb: 2 }}>
      <Box
        sx={{
          display: 'grid',
          gap: 1.25,
          gridTemplateColumns: {
            xs: '1fr 1fr',
            md: 'minmax(160px, 1.3fr) 150px minmax(140px, 1fr) 150px 150px minmax(190px, 1.2fr)',
          },
        }}
      >
        <ProcessFilter filters={filters} onChange={(process) => set({ process, version: undefined })} />
        <TextField
          select
          label="State"
          value={choice}
          slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
          onChange={(event) => {
            const next = event.target.value as Choice
            const incident = next === 'incident'
            set({ incident: incident ? true : undefined, state: incident || next === any ? undefined : next })
          }}
        >
          {stateChoices.map(({ value, label }) => (
            <MenuItem key={value} value={value}>
              {label}
            </MenuItem>
          ))}
        </TextField>
        <TypedFilter
          label="Business id"
          placeholder="A-10*"
          value={filters.businessId ?? ''}
          onChange={(text) => set({ businessId: text || undefined })}
        />
        <DayFilter label="Started from" value={filters.from} onChange={(from) => set({ from })} />
        <DayFilter label="Started until" value={filters.to} onChange={(to) => set({ to })} />
        <VariableFilter
          onAdd={(name, value) => set({ variables: [...filters.variables, { name, value }] })}
        />
      </Box>
      <ActiveFilters filters={filters} set={set} onChange={onChange} />
    </Box>
  )
}

/** What the controls above do not show by themselves, and the way back to everything. */
function ActiveFilters(props: FilterBarProps & { readonly set: (change: Change) => void }): ReactNode {
  const { filters, set, onChange } = props
  if (Object.keys(filters).length === 1 && filters.variables.length === 0) return null
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1, mt: 1.25 }}>
      {filters.version !== undefined && (
        <Chip
          size="small"
          label={`version ${filters.version}`}
          onDelete={() => set({ version: undefined })}
        />
      )}
      {filters.incident === false && (
        <Chip size="small" label="without incident" onDelete={() => set({ incident: undefined })} />
      )}
      {filters.variables.map((variable, index) => (
        <Chip
          key={`${variable.name}=${variable.value}`}
          size="small"
          label={`${variable.name} = ${variable.value}`}
          onDelete={() => set({ variables: filters.variables.filter((_, other) => other !== index) })}
        />
      ))}
      <Button size="small" onClick={() => onChange(noFilters)}>
        Clear all
      </Button>
    </Box>
  )
}

function ProcessFilter(props: {
  readonly filters: RunFilters
  readonly onChange: (process: string | undefined) => void
}): ReactNode {
  const definitions = useInfiniteQuery(latestDefinitionsQuery)
  const known = definitions.data?.pages.flatMap((page) => page.items) ?? []
  const current = props.filters.process
  const options = known.map(({ processDefinitionId: id, name }) => ({ id, name: name ?? id }))
  if (current !== undefined && !options.some(({ id }) => id === current))
    options.unshift({ id: current, name: current })
  return (
    <TextField
      select
      label="Process"
      value={current ?? any}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      onChange={(event) => props.onChange(event.target.value || undefined)}
    >
      <MenuItem value={any}>Any process</MenuItem>
      {options.map(({ id, name }) => (
        <MenuItem key={id} value={id}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  )
}

function DayFilter(props: {
  readonly label: string
  readonly value: string | undefined
  readonly onChange: (day: string | undefined) => void
}): ReactNode {
  return (
    <TextField
      type="date"
      label={props.label}
      value={props.value ?? ''}
      slotProps={{ inputLabel: { shrink: true } }}
      onChange={(event) => props.onChange(event.target.value || undefined)}
    />
  )
}

function VariableFilter(props: { readonly onAdd: (name: string, value: string) => void }): ReactNode {
  const [text, setText] = useState('')
  const split = text.indexOf('=')
  const name = split < 1 ? '' : text.slice(0, split).trim()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (name === '') return
        props.onAdd(name, text.slice(split + 1).trim())
        setText('')
      }}
    >
      <TextField
        fullWidth
        label="Variable"
        value={text}
        placeholder="status = open"
        slotProps={{
          inputLabel: { shrink: true },
          htmlInput: { 'aria-description': 'Name, equals sign, value; Enter adds it' },
          input: {
            endAdornment: (
              <Button type="submit" size="small" disabled={name === ''} sx={{ mr: -1, minWidth: 0 }}>
                Add
              </Button>
            ),
          },
        }}
        onChange={(event) => setText(event.target.value)}
      />
    </form>
  )
}

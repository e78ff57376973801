import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import type { Icon } from './icons.tsx'
import { Empty } from './list-states.tsx'
import { TypedFilter } from './typed-filter.tsx'

/** What a list is narrowed to, kept in the address: so it can be sent to somebody, and outlives a reload. */
export type Filters = {
  readonly parameters: URLSearchParams
  /** An empty text takes the filter away. */
  readonly set: (name: string, value: string) => void
  readonly clear: () => void
}

export function useFilters(): Filters {
  const [parameters, setParameters] = useSearchParams()
  return {
    parameters,
    set: (name, value) =>
      setParameters(
        (before) => {
          if (value === '') before.delete(name)
          else before.set(name, value)
          return before
        },
        { replace: true },
      ),
    clear: () => setParameters({}, { replace: true }),
  }
}

/** An address says what it likes: what is no choice filters nothing. */
export const oneOf = <T extends string>(values: readonly T[], text: string | null): T | undefined =>
  values.find((value) => value === text)

/** `*` and `?` are the person's own; without them, a part will do. */
export const like = (text: string): { readonly $like: string } => ({
  $like: /[*?]/.test(text) ? text : `*${text}*`,
})

export function FilterRow(props: {
  /** Of the grid, on screens that have the room. */
  readonly columns: string
  readonly children: ReactNode
}): ReactNode {
  return (
    <Box
      component="search"
      aria-label="Filters"
      sx={{
        display: 'grid',
        gap: 1.25,
        mb: 2,
        gridTemplateColumns: { xs: '1fr 1fr', md: props.columns },
      }}
    >
      {props.children}
    </Box>
  )
}

export function TextFilter(props: {
  readonly label: string
  readonly name: string
  readonly filters: Filters
}): ReactNode {
  const { label, name, filters } = props
  return (
    <TypedFilter
      label={label}
      value={filters.parameters.get(name) ?? ''}
      onChange={(text) => filters.set(name, text)}
    />
  )
}

export type Choice = { readonly value: string; readonly label: string }

export function ChoiceFilter(props: {
  readonly label: string
  readonly name: string
  readonly filters: Filters
  readonly choices: readonly Choice[]
  /** The choice that filters nothing. */
  readonly any?: string
}): ReactNode {
  const { label, name, filters, choices } = props
  const values = choices.map(({ value }) => value)
  return (
    <TextField
      select
      label={label}
      value={oneOf(values, filters.parameters.get(name)) ?? ''}
      onChange={(event) => filters.set(name, event.target.value)}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      <MenuItem value="">{props.any ?? 'Any'}</MenuItem>
      {choices.map((choice) => (
        <MenuItem key={choice.value} value={choice.value}>
          {choice.label}
        </MenuItem>
      ))}
    </TextField>
  )
}

/** In place of a list that the filters have emptied. */
export function NoMatch(props: {
  readonly icon: Icon
  readonly title: string
  readonly children?: ReactNode
  readonly onClear: () => void
}): ReactNode {
  return (
    <Empty
      icon={props.icon}
      title={props.title}
      action={
        <Button variant="outlined" onClick={props.onClear}>
          Clear the filters
        </Button>
      }
    >
      {props.children}
    </Empty>
  )
}

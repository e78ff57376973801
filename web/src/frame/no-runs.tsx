import Button from '@mui/material/Button'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { NoMatch } from './filters.tsx'
import { RunIcon } from './icons.tsx'
import { Empty } from './list-states.tsx'

/** In place of an empty list of runs: what would fill it. */
export function NoRuns(props: {
  readonly title: string
  /** Where something can be run. */
  readonly to: string
  readonly action: string
  readonly filtered: boolean
  /** How the filters match. */
  readonly hint?: string
  readonly onClear: () => void
}): ReactNode {
  if (props.filtered)
    return (
      <NoMatch icon={RunIcon} title="No run matches" onClear={props.onClear}>
        {props.hint}
      </NoMatch>
    )
  return (
    <Empty
      icon={RunIcon}
      title={props.title}
      action={
        <Button component={Link} to={props.to} variant="outlined">
          {props.action}
        </Button>
      }
    />
  )
}

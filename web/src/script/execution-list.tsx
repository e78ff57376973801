import type { Execution } from '@braid/contract/execution.ts'
import Link from '@mui/material/Link'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link as RouterLink } from 'react-router'
import { refreshUntilMore } from '../api/queries.ts'
import { FoundList } from '../frame/found-list.tsx'
import { RunIcon } from '../frame/icons.tsx'
import { Empty } from '../frame/list-states.tsx'
import { StateChip } from '../frame/state-chip.tsx'
import { RelativeTime } from '../frame/time.tsx'
import { durationText } from '../frame/time-text.ts'
import { lookOfExecution, triggerNames } from './execution-state.ts'
import { languageNames } from './language.ts'
import { type ExecutionFilter, executionsQuery } from './script-queries.ts'

const wide = { display: { xs: 'none', md: 'table-cell' } } as const

/** Runs of scripts, newest first, always current. */
export function ExecutionList(props: {
  readonly filter: ExecutionFilter
  readonly empty?: ReactNode
}): ReactNode {
  const runs = useInfiniteQuery({
    ...executionsQuery(props.filter),
    refetchInterval: refreshUntilMore,
    placeholderData: keepPreviousData,
  })
  return (
    <FoundList found={runs} empty={props.empty ?? <Empty icon={RunIcon} title="No runs" />}>
      {(items) => <ExecutionTable items={items} />}
    </FoundList>
  )
}

function ExecutionTable({ items }: { readonly items: readonly Execution[] }): ReactNode {
  return (
    <TableContainer>
      <Table aria-label="Runs of scripts">
        <TableHead>
          <TableRow>
            <TableCell>Script</TableCell>
            <TableCell>State</TableCell>
            <TableCell sx={wide}>Language</TableCell>
            <TableCell sx={wide}>Owner</TableCell>
            <TableCell sx={wide}>Started</TableCell>
            <TableCell sx={wide}>Created</TableCell>
            <TableCell sx={wide}>Took</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {items.map((run) => (
            <ExecutionRow key={run.executionKey} run={run} />
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}

function ExecutionRow({ run }: { readonly run: Execution }): ReactNode {
  const look = lookOfExecution(run)
  return (
    <TableRow hover sx={{ position: 'relative' }}>
      <TableCell>
        <Link
          component={RouterLink}
          to={`/executions/${run.executionKey}`}
          // The whole row leads to the run; the link stays one link for the keyboard.
          sx={{
            fontWeight: 600,
            color: 'text.primary',
            overflowWrap: 'anywhere',
            '&::after': { content: '""', position: 'absolute', inset: 0 },
          }}
        >
          {run.scriptName ?? `Unsaved script`}
        </Link>
        {run.scriptVersion !== undefined && (
          <Typography component="span" variant="caption" sx={{ color: 'text.secondary', ml: 0.75 }}>
            v{run.scriptVersion}
          </Typography>
        )}
        <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
          {run.executionKey}
          {run.retryOf !== undefined && ` · repeats ${run.retryOf}`}
        </Typography>
      </TableCell>
      <TableCell>
        <StateChip state={look.state} label={look.label} />
        <Typography
          variant="caption"
          component="div"
          sx={{ display: { md: 'none' }, color: 'text.secondary' }}
        >
          {languageNames[run.language]} · <RelativeTime at={run.createdAt} />
        </Typography>
      </TableCell>
      <TableCell sx={wide}>
        {languageNames[run.language]} {run.version}
      </TableCell>
      <TableCell sx={{ ...wide, color: 'text.secondary' }}>{run.owner}</TableCell>
      <TableCell sx={{ ...wide, color: 'text.secondary' }}>{triggerNames[run.trigger]}</TableCell>
      <TableCell sx={wide}>
        <RelativeTime at={run.createdAt} />
      </TableCell>
      <TableCell sx={wide}>{run.wallMs === undefined ? '' : durationText(run.wallMs)}</TableCell>
    </TableRow>
  )
}

import type { DagRun } from '@braid/contract/dag-run.ts'
import Box from '@mui/material/Box'
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
import { Duration, RelativeTime } from '../frame/time.tsx'
import { monospace } from '../theme/theme.ts'
import { type DagRunFilter, dagRunsQuery } from './dag-queries.ts'
import { chipOf, isOver, triggerNames } from './dag-run-state.ts'
import { ProgressBar } from './progress-bar.tsx'

const wide = { display: { xs: 'none', md: 'table-cell' } } as const

type DagRunListProps = {
  readonly filter: DagRunFilter
  /** The DAG's own page needs no column with its name. */
  readonly ofOneDag?: boolean
  readonly empty?: ReactNode
}

/** Runs of DAGs, newest first, always current. */
export function DagRunList({ filter, ofOneDag = false, empty }: DagRunListProps): ReactNode {
  const runs = useInfiniteQuery({
    ...dagRunsQuery(filter),
    refetchInterval: refreshUntilMore,
    placeholderData: keepPreviousData,
  })
  return (
    <FoundList found={runs} empty={empty ?? <Empty icon={RunIcon} title="No runs" />}>
      {(items) => <DagRunTable items={items} ofOneDag={ofOneDag} />}
    </FoundList>
  )
}

function DagRunTable(props: { readonly items: readonly DagRun[]; readonly ofOneDag: boolean }): ReactNode {
  return (
    <TableContainer>
      <Table aria-label="Runs of DAGs">
        <TableHead>
          <TableRow>
            <TableCell>{props.ofOneDag ? 'Run' : 'DAG'}</TableCell>
            <TableCell>State</TableCell>
            <TableCell sx={wide}>Progress</TableCell>
            <TableCell sx={wide}>Started</TableCell>
            <TableCell sx={wide}>Created</TableCell>
            <TableCell sx={wide}>Duration</TableCell>
            {!props.ofOneDag && <TableCell sx={wide}>Key</TableCell>}
          </TableRow>
        </TableHead>
        <TableBody>
          {props.items.map((run) => (
            <DagRunRow key={run.dagRunKey} run={run} ofOneDag={props.ofOneDag} />
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}

/** Who or what started it: "by hand, ada", "by schedule". */
const originOf = (run: DagRun): string =>
  [
    triggerNames[run.trigger],
    run.trigger === 'manual' ? run.startedBy : undefined,
    run.variant === undefined ? undefined : `variant ${run.variant}`,
    run.priority === 0 ? undefined : `priority ${run.priority}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ')

function DagRunRow({ run, ofOneDag }: { readonly run: DagRun; readonly ofOneDag: boolean }): ReactNode {
  return (
    <TableRow hover sx={{ position: 'relative' }}>
      <TableCell>
        <Link
          component={RouterLink}
          to={`/dag-runs/${run.dagRunKey}`}
          // The whole row leads to the run; the link stays one link for the keyboard.
          sx={{
            fontWeight: 600,
            color: 'text.primary',
            '&::after': { content: '""', position: 'absolute', inset: 0 },
          }}
        >
          {ofOneDag ? run.dagRunKey : run.dagTitle}
        </Link>
        <Typography component="span" variant="caption" sx={{ color: 'text.secondary', ml: 0.75 }}>
          v{run.dagVersion}
        </Typography>
        <Typography
          variant="caption"
          component="div"
          sx={{ display: { md: 'none' }, color: 'text.secondary' }}
        >
          {originOf(run)} · <RelativeTime at={run.createdAt} />
        </Typography>
      </TableCell>
      <TableCell>
        <StateChip state={chipOf(run.state)} />
      </TableCell>
      <TableCell sx={wide}>
        {isOver(run.state) ? (
          ''
        ) : (
          <ProgressBar value={run.progress} label={`Progress of run ${run.dagRunKey}`} />
        )}
      </TableCell>
      <TableCell sx={{ ...wide, color: 'text.secondary' }}>{originOf(run)}</TableCell>
      <TableCell sx={wide}>
        <Box component="span" sx={{ position: 'relative', zIndex: 1 }}>
          <RelativeTime at={run.createdAt} />
        </Box>
      </TableCell>
      <TableCell sx={wide}>
        {run.startedAt === undefined ? '' : <Duration from={run.startedAt} to={run.endedAt} />}
      </TableCell>
      {!ofOneDag && (
        <TableCell
          sx={{ ...wide, fontFamily: monospace, fontSize: '0.75rem !important', color: 'text.secondary' }}
        >
          {run.dagRunKey}
        </TableCell>
      )}
    </TableRow>
  )
}

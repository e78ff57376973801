import type { ExecutionQueue } from '@braid/contract/execution.ts'
import Box from '@mui/material/Box'
import Link from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link as RouterLink } from 'react-router'
import { WaitingIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { StateChip } from '../../frame/state-chip.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { priorityNames } from '../../script/execution-state.ts'
import { languageNames } from '../../script/language.ts'
import { executionQueueQuery } from '../../script/script-queries.ts'

const wide = { display: { xs: 'none', md: 'table-cell' } } as const

/** Who runs now, and who is next. */
export function QueueTab(): ReactNode {
  const queue = useQuery(executionQueueQuery)
  if (queue.isPending) return <LoadingRows rows={4} />
  if (queue.isError) return <Failure error={queue.error} onRetry={queue.refetch} />
  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <Numbers queue={queue.data} />
      <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
        {queue.data.items.length === 0 ? (
          <Empty icon={WaitingIcon} title="Nothing runs and nothing waits">
            A script that is run now starts at once.
          </Empty>
        ) : (
          <QueueTable items={queue.data.items} />
        )}
      </Paper>
    </Box>
  )
}

function Numbers({ queue }: { readonly queue: ExecutionQueue }): ReactNode {
  const busy = queue.byPriority.filter(({ queued, running }) => queued + running > 0)
  const numbers = [
    {
      name: 'Running',
      value: `${queue.running} of ${queue.atOnce}`,
      hint: `at most ${queue.atOncePerUser} of one person`,
    },
    { name: 'Waiting', value: String(queue.queued), hint: 'by priority, people take turns' },
    ...busy.map(({ priority, queued, running }) => ({
      name: priorityNames[priority],
      value: `${running} running, ${queued} waiting`,
      hint: 'of this priority',
    })),
  ]
  return (
    <Box
      component="dl"
      sx={{ m: 0, display: 'grid', gap: 1.5, gridTemplateColumns: 'repeat(auto-fill, minmax(155px, 1fr))' }}
    >
      {numbers.map(({ name, value, hint }) => (
        <Paper key={name} variant="outlined" sx={{ px: 2, py: 1.5 }}>
          <Typography component="dt" variant="caption" sx={{ color: 'text.secondary' }}>
            {name}
          </Typography>
          <Typography component="dd" variant="h3" sx={{ m: 0 }}>
            {value}
          </Typography>
          <Typography component="dd" variant="caption" sx={{ m: 0, color: 'text.secondary' }}>
            {hint}
          </Typography>
        </Paper>
      ))}
    </Box>
  )
}

type Item = ExecutionQueue['items'][number]

const ownerOf = ({ own, owner }: Item): string => (own ? 'me' : (owner ?? 'somebody else'))

function QueueTable({ items }: { readonly items: readonly Item[] }): ReactNode {
  const running = items.filter(({ state }) => state === 'RUNNING').length
  return (
    <TableContainer>
      <Table aria-label="Queue of runs">
        <TableHead>
          <TableRow>
            <TableCell>Place</TableCell>
            <TableCell>State</TableCell>
            <TableCell>Run</TableCell>
            <TableCell sx={wide}>Owner</TableCell>
            <TableCell>Priority</TableCell>
            <TableCell sx={wide}>Created</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {items.map((item, index) => (
            <TableRow key={item.executionKey ?? `other ${item.createdAt} ${index - running}`} hover>
              <TableCell>{item.state === 'RUNNING' ? '' : index - running + 1}</TableCell>
              <TableCell>
                <StateChip state={item.state === 'RUNNING' ? 'running' : 'queued'} />
              </TableCell>
              <TableCell>
                {item.executionKey === undefined ? (
                  languageNames[item.language]
                ) : (
                  <Link
                    component={RouterLink}
                    to={`/executions/${item.executionKey}`}
                    sx={{ fontWeight: 600 }}
                  >
                    {languageNames[item.language]}
                  </Link>
                )}
                <Typography
                  variant="caption"
                  component="div"
                  sx={{ display: { md: 'none' }, color: 'text.secondary' }}
                >
                  {ownerOf(item)}
                </Typography>
              </TableCell>
              <TableCell sx={{ ...wide, color: 'text.secondary' }}>{ownerOf(item)}</TableCell>
              <TableCell>{priorityNames[item.priority]}</TableCell>
              <TableCell sx={wide}>
                <RelativeTime at={item.createdAt} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}

import type { ExecutionEvent } from '@braid/contract/execution.ts'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Failure, LoadingRows } from '../../frame/list-states.tsx'
import { exactText } from '../../frame/time-text.ts'
import { executionEventsQuery } from '../../script/script-queries.ts'

const words = {
  execution_requested: 'Asked for',
  execution_started: 'Started',
  execution_completed: 'Completed',
  execution_timed_out: 'Timed out',
  execution_out_of_memory: 'Ran out of memory',
  execution_canceled: 'Canceled',
  execution_failed: 'Failed',
} as const satisfies Record<ExecutionEvent['type'], string>

/** What happened to the run, in order. */
export function EventsTab({ executionKey }: { readonly executionKey: string }): ReactNode {
  const events = useQuery(executionEventsQuery(executionKey))
  if (events.isPending) return <LoadingRows rows={3} />
  if (events.isError) return <Failure error={events.error} onRetry={events.refetch} />
  return (
    <Box
      component="ol"
      aria-label="Events of the run"
      sx={{
        height: '100%',
        boxSizing: 'border-box',
        overflow: 'auto',
        listStyle: 'none',
        m: 0,
        px: { xs: 2, md: 3 },
        py: 1.5,
      }}
    >
      {events.data.map((event) => (
        <Box component="li" key={`${event.type} ${event.timestamp}`} sx={{ py: 0.75 }}>
          <Typography variant="body2" sx={{ fontWeight: 600 }}>
            {words[event.type]}
            {event.exitCode !== undefined && `, exit code ${event.exitCode}`}
            {event.attempt !== undefined && event.attempt > 1 && `, attempt ${event.attempt}`}
          </Typography>
          <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
            {exactText(Date.parse(event.timestamp))}
            {event.message !== undefined && ` · ${event.message}`}
          </Typography>
        </Box>
      ))}
    </Box>
  )
}

import type { Job } from '@braid/contract/job.ts'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { WorkIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { type ChipState, StateChip } from '../../frame/state-chip.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { nameOf, runName } from '../../history/element-names.ts'
import type { PanelProps } from './panel.ts'
import { jobsQuery } from './run-queries.ts'

const chips = {
  CREATED: { state: 'waiting', label: 'Waiting' },
  COMPLETED: { state: 'completed', label: 'Completed' },
  FAILED: { state: 'failed', label: 'Failed' },
  ERROR_THROWN: { state: 'failed', label: 'Error thrown' },
  CANCELED: { state: 'canceled', label: 'Canceled' },
} as const satisfies Record<string, { readonly state: ChipState; readonly label: string }>

const moments = {
  UNSPECIFIED: '',
  START: ' at the start',
  END: ' at the end',
  CREATING: ' when it is created',
  ASSIGNING: ' when it is assigned',
  UPDATING: ' when it is changed',
  COMPLETING: ' when it is completed',
} as const satisfies Record<Job['listenerEventType'], string>

const listenerText = ({ kind, listenerEventType }: Job): string =>
  `${kind === 'TASK_LISTENER' ? 'Task listener' : 'Listener'}${moments[listenerEventType]}`

/** Work handed to workers. */
export function JobsTab({ instance, live, names, selected }: PanelProps): ReactNode {
  const jobs = useQuery(jobsQuery(instance.processInstanceKey))
  if (jobs.isPending) return <LoadingRows rows={3} />
  if (jobs.isError) return <Failure error={jobs.error} onRetry={jobs.refetch} />
  const items = jobs.data.items.filter((job) => selected === undefined || job.elementId === selected)
  if (items.length === 0)
    return (
      <Empty icon={WorkIcon} title="No open jobs">
        Service tasks and the like hand jobs to workers while a token is there.
      </Empty>
    )
  return (
    <Table stickyHeader>
      <TableHead>
        <TableRow>
          <TableCell>Type</TableCell>
          <TableCell>Element</TableCell>
          <TableCell>State</TableCell>
          <TableCell align="right">Retries</TableCell>
          <TableCell>Worker</TableCell>
          <TableCell>Message</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {items.map((job) => (
          <TableRow key={job.jobKey}>
            <TableCell sx={{ fontWeight: 600 }}>{job.type}</TableCell>
            <TableCell>
              {runName(job.elementInstanceKey, live.view, names) ?? nameOf(names, job.elementId)}
              {job.kind !== 'BPMN_ELEMENT' && (
                <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
                  {listenerText(job)}
                </Typography>
              )}
            </TableCell>
            <TableCell>
              <StateChip {...chips[job.state]} />
            </TableCell>
            <TableCell align="right">{job.retries}</TableCell>
            <TableCell>
              {job.worker || '–'}
              {job.deadline !== undefined && (
                <>
                  {' '}
                  (lease ends <RelativeTime at={job.deadline} />)
                </>
              )}
            </TableCell>
            <TableCell sx={{ overflowWrap: 'anywhere' }}>{job.errorMessage ?? '–'}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

import Link from '@mui/material/Link'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link as RouterLink } from 'react-router'
import { TaskIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { StateChip } from '../../frame/state-chip.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { runName } from '../../history/element-names.ts'
import type { PanelProps } from './panel.ts'
import { runTasksQuery } from './run-queries.ts'

const chips = { CREATED: 'open', COMPLETED: 'completed', CANCELED: 'canceled' } as const

/** Work handed to people. */
export function RunTasksTab({ instance, live, names, selected }: PanelProps): ReactNode {
  const tasks = useQuery(runTasksQuery(instance.processInstanceKey))
  if (tasks.isPending) return <LoadingRows rows={3} />
  if (tasks.isError) return <Failure error={tasks.error} onRetry={tasks.refetch} />
  const items = tasks.data.items.filter((task) => selected === undefined || task.elementId === selected)
  if (items.length === 0)
    return (
      <Empty icon={TaskIcon} title="No tasks for people">
        User tasks of this run show up here when a token reaches them.
      </Empty>
    )
  return (
    <Table stickyHeader>
      <TableHead>
        <TableRow>
          <TableCell>Task</TableCell>
          <TableCell>State</TableCell>
          <TableCell>Assignee</TableCell>
          <TableCell>Created</TableCell>
          <TableCell>Completed</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {items.map((task) => (
          <TableRow key={task.userTaskKey}>
            <TableCell>
              <Link component={RouterLink} to={`/tasks/${task.userTaskKey}`} sx={{ fontWeight: 600 }}>
                {runName(task.elementInstanceKey, live.view, names) ?? task.name ?? task.elementId}
              </Link>
            </TableCell>
            <TableCell>
              <StateChip state={chips[task.state]} />
            </TableCell>
            <TableCell>{task.assignee ?? 'nobody'}</TableCell>
            <TableCell>
              <RelativeTime at={task.creationDate} />
            </TableCell>
            <TableCell>
              {task.completionDate === undefined ? '–' : <RelativeTime at={task.completionDate} />}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

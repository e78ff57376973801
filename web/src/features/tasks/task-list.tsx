import type { UserTask } from '@braid/contract/user-task.ts'
import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import Chip from '@mui/material/Chip'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { CheckIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows, LoadMore } from '../../frame/list-states.tsx'
import { moveFocus } from '../../frame/move-focus.ts'
import { RelativeTime } from '../../frame/time.tsx'

/** The API's middle; only what differs is worth a word. */
const usualPriority = 50

type TaskListProps = {
  readonly tasks: {
    readonly isPending: boolean
    readonly isError: boolean
    readonly error: unknown
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly refetch: () => unknown
    readonly fetchNextPage: () => unknown
  }
  readonly items: readonly UserTask[]
  readonly selected: string | undefined
  readonly addressOf: (key: string) => string
  readonly username: string
}

export function TaskList({ tasks, items, selected, addressOf, username }: TaskListProps): ReactNode {
  if (tasks.isPending) return <LoadingRows />
  if (tasks.isError) return <Failure error={tasks.error} onRetry={tasks.refetch} />
  if (items.length === 0)
    return (
      <Empty icon={CheckIcon} title="Nothing to do here">
        Tasks appear when a process reaches a user task.
      </Empty>
    )
  return (
    <>
      <Box
        component="ul"
        aria-label="Tasks"
        // The arrows open what they reach.
        onKeyDown={(event) => moveFocus(event, 'a')?.click()}
        sx={{ listStyle: 'none', m: 0, p: 0 }}
      >
        {items.map((task) => (
          <li key={task.userTaskKey}>
            <TaskLink
              task={task}
              current={task.userTaskKey === selected}
              to={addressOf(task.userTaskKey)}
              username={username}
            />
          </li>
        ))}
      </Box>
      <LoadMore found={tasks} />
    </>
  )
}

function TaskLink(props: {
  readonly task: UserTask
  readonly current: boolean
  readonly to: string
  readonly username: string
}): ReactNode {
  const { task, current, username } = props
  return (
    <ButtonBase
      component={Link}
      to={props.to}
      {...(current ? { 'aria-current': 'true' as const } : {})}
      sx={{
        display: 'block',
        px: 2,
        py: 1.5,
        textAlign: 'left',
        width: '100%',
        borderBottom: 1,
        borderColor: 'divider',
        boxShadow: current ? 'inset 3px 0 0 var(--braid-palette-primary-main)' : 'none',
        background: current ? 'var(--braid-palette-action-selected)' : 'none',
        '&:hover': {
          background: current ? 'var(--braid-palette-action-selected)' : 'var(--braid-palette-action-hover)',
        },
        '&:focus-visible': { outlineOffset: '-2px !important' },
      }}
    >
      <Typography variant="body2" noWrap sx={{ fontWeight: 650, fontSize: '0.9062rem' }}>
        {task.name ?? task.elementId}
      </Typography>
      <Typography variant="caption" component="div" noWrap sx={{ color: 'text.secondary' }}>
        {task.processName ?? task.processDefinitionId} ·{' '}
        <RelativeTime at={task.completionDate ?? task.creationDate} />
      </Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, mt: 0.75 }}>
        <Chip
          size="small"
          variant={task.assignee === username ? 'filled' : 'outlined'}
          color={task.assignee === username ? 'primary' : 'default'}
          label={
            task.assignee === undefined ? 'unassigned' : task.assignee === username ? 'mine' : task.assignee
          }
        />
        {task.priority !== usualPriority && (
          <Chip size="small" variant="outlined" label={`priority ${task.priority}`} />
        )}
        {task.dueDate !== undefined && (
          <Chip
            size="small"
            variant="outlined"
            label={
              <>
                due <RelativeTime at={task.dueDate} />
              </>
            }
          />
        )}
      </Box>
    </ButtonBase>
  )
}

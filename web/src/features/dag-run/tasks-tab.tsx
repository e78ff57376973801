import { type DagTask, dagTaskStates } from '@braid/contract/dag-run.ts'
import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { type ReactNode, useMemo, useState } from 'react'
import { isOver } from '../../dag/dag-run-state.ts'
import { ProgressBar } from '../../dag/progress-bar.tsx'
import { TaskIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { StateChip } from '../../frame/state-chip.tsx'
import { Duration, RelativeTime } from '../../frame/time.tsx'
import { countText } from '../../frame/time-text.ts'
import { VirtualList } from '../../frame/virtual-list.tsx'
import { itemText, type PanelProps, titleOf } from './panel.ts'
import { useTasks } from './use-tasks.ts'

const any = ''
const rowHeight = 40
const columns = {
  xs: 'minmax(0, 1fr) 104px',
  md: 'minmax(150px, 2fr) 112px minmax(60px, 1fr) 84px 70px',
} as const

/** Everything that ran, node by node and item by item. */
export function TasksTab({ run, dag, selected, onTask }: PanelProps): ReactNode {
  const [state, setState] = useState<DagTask['state'] | typeof any>(any)
  const filter = useMemo(
    () => ({
      ...(selected === undefined ? {} : { nodeId: selected }),
      ...(state === any ? {} : { state }),
    }),
    [selected, state],
  )
  const { tasks, items, loadMore, total } = useTasks(run.dagRunKey, filter, isOver(run.state))
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column' }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, px: { xs: 2, md: 3 }, py: 1 }}>
        <TextField
          select
          label="State"
          value={state}
          onChange={(event) => setState(event.target.value as DagTask['state'])}
          slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
          sx={{ minWidth: 150 }}
        >
          <MenuItem value={any}>Any state</MenuItem>
          {dagTaskStates.map((name) => (
            <MenuItem key={name} value={name}>
              {name.charAt(0).toUpperCase() + name.slice(1)}
            </MenuItem>
          ))}
        </TextField>
        {total !== undefined && (
          <Typography variant="caption" sx={{ color: 'text.secondary' }}>
            {countText(total.totalItems, total.hasMoreTotalItems)}
            {total.totalItems === 1 ? ' task' : ' tasks'}
          </Typography>
        )}
      </Box>
      <Box sx={{ flex: 1, minHeight: 0 }}>
        {tasks.isPending ? (
          <LoadingRows rows={4} />
        ) : tasks.isError ? (
          <Failure error={tasks.error} onRetry={tasks.refetch} />
        ) : items.length === 0 ? (
          <Empty
            icon={TaskIcon}
            title={state === any && selected === undefined ? 'No task has begun yet' : 'No task matches'}
          />
        ) : (
          <VirtualList
            items={items}
            label="Tasks"
            keyOf={({ taskKey }) => taskKey}
            rowHeight={rowHeight}
            onEnd={loadMore}
          >
            {(task) => (
              <TaskRow task={task} title={titleOf(dag, task.nodeId)} onOpen={() => onTask(task.taskKey)} />
            )}
          </VirtualList>
        )}
      </Box>
    </Box>
  )
}

function TaskRow(props: {
  readonly task: DagTask
  readonly title: string
  readonly onOpen: () => void
}): ReactNode {
  const { task, title } = props
  const wide = { display: { xs: 'none', md: 'block' } } as const
  return (
    <ButtonBase
      onClick={props.onOpen}
      sx={{
        display: 'grid',
        gridTemplateColumns: columns,
        columnGap: 2,
        alignItems: 'center',
        width: '100%',
        height: rowHeight,
        px: { xs: 2, md: 3 },
        textAlign: 'left',
        borderTop: 1,
        borderColor: 'divider',
        '&:hover': { background: 'var(--braid-palette-action-hover)' },
        '&.Mui-focusVisible': { outlineOffset: -2 },
      }}
    >
      <Typography variant="body2" component="span" noWrap>
        {title}
        {task.item.length > 0 && (
          <Box component="span" sx={{ color: 'text.secondary' }}>
            {' '}
            · item {itemText(task.item)}
          </Box>
        )}
      </Typography>
      <span>
        <StateChip state={task.state} />
      </span>
      <Box component="span" sx={wide}>
        {task.state === 'running' && task.progress !== undefined ? (
          <ProgressBar value={task.progress} label={`Progress of ${title}`} />
        ) : (
          <Typography variant="caption" component="span" noWrap sx={{ color: 'text.secondary' }}>
            {task.progressMessage ?? ''}
          </Typography>
        )}
      </Box>
      <Typography variant="caption" component="span" sx={{ ...wide, color: 'text.secondary' }}>
        <RelativeTime at={task.startedAt} />
      </Typography>
      <Typography variant="caption" component="span" sx={{ ...wide, color: 'text.secondary' }}>
        <Duration from={task.startedAt} to={task.endedAt} />
      </Typography>
    </ButtonBase>
  )
}

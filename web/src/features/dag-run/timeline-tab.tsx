import type { DagTask, TaskAttempt } from '@braid/contract/dag-run.ts'
import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { isOver } from '../../dag/dag-run-state.ts'
import { TimelineIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { lookOf } from '../../frame/state-chip.tsx'
import { useNow } from '../../frame/time.tsx'
import { durationText, exactText } from '../../frame/time-text.ts'
import { VirtualList } from '../../frame/virtual-list.tsx'
import { dagTaskQuery } from './dag-run-queries.ts'
import { itemText, type PanelProps, titleOf } from './panel.ts'
import { useTasks } from './use-tasks.ts'

const rowHeight = 30
const columns = {
  xs: 'minmax(0, 42%) minmax(0, 1fr)',
  md: 'minmax(110px, 30%) minmax(0, 1fr) 140px',
} as const
const ticks = [0, 0.25, 0.5, 0.75, 1] as const

/** The whole time of the run, in which each bar has its place. */
type Span = { readonly start: number; readonly end: number }

/** When each task ran: a bar per task, cut into its attempts. */
export function TimelineTab({ run, dag, selected, onTask }: PanelProps): ReactNode {
  const now = useNow()
  const filter = useMemo(() => (selected === undefined ? {} : { nodeId: selected }), [selected])
  const { tasks, items, loadMore } = useTasks(run.dagRunKey, filter, isOver(run.state))
  const start = Date.parse(run.startedAt ?? run.createdAt)
  const span = { start, end: Math.max(start + 1, run.endedAt === undefined ? now : Date.parse(run.endedAt)) }
  if (tasks.isPending) return <LoadingRows rows={4} />
  if (tasks.isError) return <Failure error={tasks.error} onRetry={tasks.refetch} />
  if (items.length === 0) return <Empty icon={TimelineIcon} title="Nothing happened yet" />
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column' }}>
      <Axis span={span} />
      <Box sx={{ flex: 1, minHeight: 0 }}>
        <VirtualList
          items={items}
          label="Tasks by time"
          keyOf={({ taskKey }) => taskKey}
          rowHeight={rowHeight}
          onEnd={loadMore}
        >
          {(task) => (
            <Row
              task={task}
              title={titleOf(dag, task.nodeId)}
              span={span}
              onOpen={() => onTask(task.taskKey)}
            />
          )}
        </VirtualList>
      </Box>
    </Box>
  )
}

function Axis({ span }: { readonly span: Span }): ReactNode {
  return (
    <Box
      aria-hidden
      sx={{ display: 'grid', gridTemplateColumns: columns, columnGap: 2, px: { xs: 2, md: 3 }, py: 0.5 }}
    >
      <span />
      <Box
        sx={{
          display: 'flex',
          justifyContent: 'space-between',
          whiteSpace: 'nowrap',
          containerType: 'inline-size',
          minHeight: 18,
        }}
      >
        {ticks.map((tick, index) => (
          <Typography
            key={tick}
            variant="caption"
            sx={{
              color: 'text.secondary',
              // Where there is no room for all, every other one.
              '@container (max-width: 340px)': { display: index % 2 === 0 ? 'inline' : 'none' },
            }}
          >
            {durationText((span.end - span.start) * tick)}
          </Typography>
        ))}
      </Box>
    </Box>
  )
}

function Row(props: {
  readonly task: DagTask
  readonly title: string
  readonly span: Span
  readonly onOpen: () => void
}): ReactNode {
  const { task, title, span } = props
  const { colour } = lookOf(task.state)
  const from = Date.parse(task.startedAt)
  const to = task.endedAt === undefined ? span.end : Date.parse(task.endedAt)
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
        '&:hover': { background: 'var(--braid-palette-action-hover)' },
        '&.Mui-focusVisible': { outlineOffset: -2 },
      }}
    >
      <Typography variant="body2" component="span" noWrap>
        {title}
        {task.item.length > 0 && ` · ${itemText(task.item)}`}
      </Typography>
      <Tooltip title={`${exactText(from)}${task.endedAt === undefined ? '' : ` – ${exactText(to)}`}`}>
        <Box
          component="span"
          sx={{
            position: 'relative',
            height: 14,
            borderRadius: 1,
            background: 'var(--braid-palette-action-hover)',
          }}
        >
          <Bar from={from} to={to} span={span} colour={colour} faint />
          <Attempts task={task} span={span} />
        </Box>
      </Tooltip>
      <Typography
        variant="caption"
        component="span"
        sx={{
          display: { xs: 'none', md: 'flex' },
          justifyContent: 'flex-end',
          gap: 1,
          color: 'text.secondary',
        }}
      >
        {durationText(to - from)}
        <Box component="span" sx={{ minWidth: 66, color: colour }}>
          {task.state}
        </Box>
      </Typography>
    </ButtonBase>
  )
}

/** Only rows in sight ask for theirs; waits before and between stay faint. */
function Attempts({ task, span }: { readonly task: DagTask; readonly span: Span }): ReactNode {
  const detail = useQuery({
    ...dagTaskQuery(task.dagRunKey, task.taskKey),
    ...(task.endedAt === undefined ? {} : { staleTime: Number.POSITIVE_INFINITY }),
  })
  return (detail.data?.attempts ?? []).map((attempt) => (
    <Bar
      key={attempt.attempt}
      from={Date.parse(attempt.startedAt)}
      to={attempt.endedAt === undefined ? span.end : Date.parse(attempt.endedAt)}
      span={span}
      colour={lookOf(stateOf(attempt)).colour}
    />
  ))
}

const stateOf = ({ outcome }: TaskAttempt) => (outcome === 'lost' ? 'failed' : outcome)

function Bar(props: {
  readonly from: number
  readonly to: number
  readonly span: Span
  readonly colour: string
  readonly faint?: boolean
}): ReactNode {
  const { start, end } = props.span
  const share = (at: number): number => Math.min(1, Math.max(0, (at - start) / (end - start)))
  const [left, right] = [share(props.from), share(props.to)]
  return (
    <Box
      component="span"
      sx={{ position: 'absolute', height: '100%', borderRadius: 1, bgcolor: props.colour }}
      style={{
        left: `min(${left * 100}%, calc(100% - 4px))`,
        width: `max(4px, calc(${(right - left) * 100}% - 1px))`,
        opacity: props.faint === true ? 0.3 : 0.85,
      }}
    />
  )
}

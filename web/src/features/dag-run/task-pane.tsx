import type { DagTaskDetail, TaskAttempt } from '@braid/contract/dag-run.ts'
import Alert from '@mui/material/Alert'
import AlertTitle from '@mui/material/AlertTitle'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import IconButton from '@mui/material/IconButton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'
import { ProgressBar } from '../../dag/progress-bar.tsx'
import { CancelIcon, RetryIcon } from '../../frame/icons.tsx'
import { JsonBlock } from '../../frame/json-block.tsx'
import { Failure, LoadingRows } from '../../frame/list-states.tsx'
import { StateChip } from '../../frame/state-chip.tsx'
import { Duration } from '../../frame/time.tsx'
import { exactText } from '../../frame/time-text.ts'
import { useRetryIncidents } from '../../incident/use-retry-incidents.ts'
import { LogLine } from '../../script/log-line.tsx'
import { textsOf } from '../../script/log-text.ts'
import { dagTaskQuery } from './dag-run-queries.ts'
import { itemText, type PanelProps, titleOf } from './panel.ts'
import { RerunDialog } from './rerun-dialog.tsx'

type TaskPaneProps = Pick<PanelProps, 'run' | 'dag' | 'live'> & {
  readonly taskKey: string
  readonly onClose: () => void
}

/** Lines shown here; the tab has the rest. */
const mostLines = 200

/** One task: what it got, gave and said, attempt by attempt. */
export function TaskPane(props: TaskPaneProps): ReactNode {
  const { taskKey, run, dag, onClose } = props
  const task = useQuery(dagTaskQuery(run.dagRunKey, taskKey))
  const title = task.data === undefined ? 'Task' : titleOf(dag, task.data.nodeId)
  return (
    <Box component="aside" aria-label="Task" sx={{ p: 2 }}>
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 1, mb: 1.5 }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="h2" sx={{ overflowWrap: 'anywhere' }}>
            {title}
            {task.data !== undefined && task.data.item.length > 0 && ` · item ${itemText(task.data.item)}`}
          </Typography>
          <Typography variant="caption" sx={{ color: 'text.secondary' }}>
            {taskKey}
          </Typography>
        </Box>
        {task.data !== undefined && <StateChip state={task.data.state} />}
        <IconButton size="small" aria-label="Close the task" onClick={onClose}>
          <CancelIcon fontSize="small" />
        </IconButton>
      </Box>
      {task.isPending ? (
        <LoadingRows rows={5} />
      ) : task.isError ? (
        <Failure error={task.error} onRetry={task.refetch} />
      ) : (
        <TaskDetails {...props} task={task.data} />
      )}
    </Box>
  )
}

function TaskDetails({ task, ...props }: TaskPaneProps & { readonly task: DagTaskDetail }): ReactNode {
  const { dag, run } = props
  const [rerunning, setRerunning] = useState(false)
  const canBegin = dag.graph.nodes.find(({ id }) => id === task.nodeId)?.parent === undefined
  return (
    <>
      <Typography variant="body2" sx={{ color: 'text.secondary', mb: 1 }}>
        Began {exactText(Date.parse(task.startedAt))}, {task.endedAt === undefined ? 'since ' : 'took '}
        <Duration from={task.startedAt} to={task.endedAt} />
      </Typography>
      {task.state === 'running' && task.progress !== undefined && (
        <Box sx={{ mb: 1.5 }}>
          <ProgressBar value={task.progress} label="Progress of the task" />
          <Typography variant="caption">{task.progressMessage}</Typography>
        </Box>
      )}
      {task.error !== undefined && (
        <Alert severity="error" sx={{ mb: 2, overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          <AlertTitle>It failed</AlertTitle>
          {task.error}
        </Alert>
      )}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mb: 2 }}>
        {task.incidentKey !== undefined && task.state === 'incident' && (
          <RetryButton incidentKey={task.incidentKey} dagRunKey={run.dagRunKey} />
        )}
        {canBegin && (
          <Button
            size="small"
            variant="outlined"
            startIcon={<RetryIcon />}
            onClick={() => setRerunning(true)}
          >
            Re-run from this task
          </Button>
        )}
      </Box>
      <Attempts attempts={task.attempts} />
      <JsonBlock title="Input" value={task.input} />
      <JsonBlock
        title="Output"
        value={task.output}
        missing={task.endedAt === undefined ? 'None yet' : 'None'}
      />
      <Said {...props} />
      {rerunning && <RerunDialog {...props} from={task} onClose={() => setRerunning(false)} />}
    </>
  )
}

function RetryButton(props: { readonly incidentKey: string; readonly dagRunKey: string }): ReactNode {
  const { incidentKey, dagRunKey } = props
  const retry = useRetryIncidents(['dag-run', dagRunKey])
  return (
    <Button
      size="small"
      variant="contained"
      loading={retry.isPending}
      onClick={() => retry.mutate([incidentKey])}
    >
      Try again
    </Button>
  )
}

const outcomes: Record<
  TaskAttempt['outcome'],
  { readonly label: string; readonly color: 'default' | 'success' | 'error' | 'info' | 'warning' }
> = {
  running: { label: 'running', color: 'info' },
  succeeded: { label: 'succeeded', color: 'success' },
  failed: { label: 'failed', color: 'error' },
  canceled: { label: 'canceled', color: 'default' },
  lost: { label: 'lost: its worker fell silent', color: 'warning' },
}

function Attempts({ attempts }: { readonly attempts: readonly TaskAttempt[] }): ReactNode {
  if (attempts.length === 0) return null
  return (
    <Box component="section" aria-label="Attempts" sx={{ mb: 2 }}>
      <Typography variant="body2" component="h3" sx={{ fontWeight: 600, mb: 0.5 }}>
        {attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`}
      </Typography>
      <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {attempts.map((attempt) => (
          <Box
            component="li"
            key={attempt.attempt}
            sx={{ py: 0.75, borderTop: 1, borderColor: 'divider', fontSize: '0.8125rem' }}
          >
            <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}>
              <strong>{attempt.attempt}</strong>
              <Chip
                size="small"
                variant="outlined"
                color={outcomes[attempt.outcome].color}
                label={outcomes[attempt.outcome].label}
              />
              <Box component="span" sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>
                {attempt.worker} · <Duration from={attempt.startedAt} to={attempt.endedAt} />
              </Box>
            </Box>
            {attempt.error !== undefined && (
              <Box sx={{ color: 'error.main', mt: 0.5, overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
                {attempt.error}
              </Box>
            )}
          </Box>
        ))}
      </Box>
    </Box>
  )
}

/** Values and text of the task. */
function Said({ live, taskKey }: TaskPaneProps): ReactNode {
  const entries = useMemo(
    () => live.output.filter((entry) => entry.taskKey === taskKey),
    [live.output, taskKey],
  )
  const values = entries.filter(({ kind }) => kind === 'value')
  const lines = textsOf(entries).slice(-mostLines)
  return (
    <>
      {values.length > 0 && (
        <JsonBlock
          title={`Streamed values (${values.length})`}
          value={values.slice(-mostLines).map(({ value }) => value)}
        />
      )}
      <Typography variant="body2" component="h3" sx={{ fontWeight: 600, mb: 0.5 }}>
        Logs
      </Typography>
      {lines.length === 0 ? (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          None
        </Typography>
      ) : (
        <Box sx={{ mx: { xs: -2, md: -3 } }}>
          {lines.map((entry) => (
            <LogLine key={entry.sequence} entry={entry} />
          ))}
        </Box>
      )}
    </>
  )
}

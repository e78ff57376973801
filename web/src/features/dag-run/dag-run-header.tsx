import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link as RouterLink } from 'react-router'
import { api } from '../../api/client.ts'
import { chipOf, dagPath, isOver, triggerNames } from '../../dag/dag-run-state.ts'
import { ProgressBar } from '../../dag/progress-bar.tsx'
import { ConfirmDialog } from '../../frame/confirm-dialog.tsx'
import { CancelIcon, RetryIcon } from '../../frame/icons.tsx'
import { ActionRow, Fact, FactRow, RunHeading, TimeFacts } from '../../frame/run-heading.tsx'
import { exactText } from '../../frame/time-text.ts'
import { type PanelProps, titleOf } from './panel.ts'
import { RerunDialog } from './rerun-dialog.tsx'

type HeaderProps = Pick<PanelProps, 'run' | 'dag'>

export function DagRunHeader({ run, dag }: HeaderProps): ReactNode {
  const [rerunning, setRerunning] = useState(false)
  return (
    <RunHeading
      path={
        <Link component={RouterLink} to={`${dagPath(run.dagId)}?tab=runs`} color="inherit">
          Runs of {run.dagTitle}
        </Link>
      }
      runKey={run.dagRunKey}
      title={run.dagTitle}
      state={chipOf(run.state)}
      origin={<Origin run={run} dag={dag} />}
      zIndex={8}
    >
      <Facts run={run} />
      <ActionRow>
        {!isOver(run.state) && <CancelButton dagRunKey={run.dagRunKey} />}
        <Button variant="outlined" startIcon={<RetryIcon />} onClick={() => setRerunning(true)}>
          Re-run
        </Button>
      </ActionRow>
      {rerunning && <RerunDialog run={run} dag={dag} onClose={() => setRerunning(false)} />}
    </RunHeading>
  )
}

/** Where the run came from, with links to what it came from. */
function Origin({ run, dag }: HeaderProps): ReactNode {
  const { parentRunKey, rerunOf, rerunFrom } = run
  return (
    <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
      {rerunOf === undefined ? `Started ${triggerNames[run.trigger]}` : 'Repeats '}
      {rerunOf !== undefined && (
        <Link component={RouterLink} to={`/dag-runs/${rerunOf}`}>
          run {rerunOf}
        </Link>
      )}
      {rerunFrom !== undefined && ` from ${titleOf(dag, rerunFrom)} on`}
      {parentRunKey !== undefined && (
        <>
          {': '}
          <Link component={RouterLink} to={`/dag-runs/${parentRunKey}`}>
            run {parentRunKey}
          </Link>
        </>
      )}
      {run.startedBy !== undefined && ` by ${run.startedBy}`}
      {run.scheduledFor !== undefined && ` for ${exactText(Date.parse(run.scheduledFor))}`}
      {run.variant !== undefined && ` · variant ${run.variant}`}
      {run.priority !== 0 && ` · priority ${run.priority}`}
    </Typography>
  )
}

function Facts({ run }: Pick<HeaderProps, 'run'>): ReactNode {
  return (
    <FactRow>
      <Fact name="Version">
        <Link component={RouterLink} to={`${dagPath(run.dagId)}?version=${run.dagVersion}`}>
          {run.dagVersion}
        </Link>
      </Fact>
      <TimeFacts
        age={run.startedAt === undefined ? 'Waiting' : 'Age'}
        hint={`Created ${exactText(Date.parse(run.createdAt))}`}
        from={run.startedAt ?? run.createdAt}
        to={run.endedAt}
      />
      {run.endedAt === undefined && (
        <Fact name="Progress">
          <ProgressBar value={run.progress} label="Progress of the run" />
        </Fact>
      )}
    </FactRow>
  )
}

function CancelButton({ dagRunKey }: { readonly dagRunKey: string }): ReactNode {
  const [asking, setAsking] = useState(false)
  const queryClient = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => api.cancelDagRun({ params: { dagRunKey } }),
    onSuccess: () => {
      setAsking(false)
      return queryClient.invalidateQueries({ queryKey: ['dag-runs'] })
    },
  })
  return (
    <>
      <Button variant="outlined" color="error" startIcon={<CancelIcon />} onClick={() => setAsking(true)}>
        Cancel run
      </Button>
      <ConfirmDialog
        open={asking}
        title="Cancel this run?"
        confirm="Cancel the run"
        keep="Let it run"
        pending={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate()}
        onClose={() => setAsking(false)}
      >
        Tasks that run are told to stop, and their results are refused. What they have done already stays
        done.
      </ConfirmDialog>
    </>
  )
}

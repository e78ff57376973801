import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link as RouterLink } from 'react-router'
import { api } from '../../api/client.ts'
import { chipOf, dagPath, isOver, triggerNames } from '../../dag/dag-run-state.ts'
import { ProgressBar } from '../../dag/progress-bar.tsx'
import { ConfirmDialog } from '../../frame/confirm-dialog.tsx'
import { Copyable } from '../../frame/copyable.tsx'
import { CancelIcon, RetryIcon } from '../../frame/icons.tsx'
import { StateChip } from '../../frame/state-chip.tsx'
import { Duration, RelativeTime } from '../../frame/time.tsx'
import { exactText } from '../../frame/time-text.ts'
import { type PanelProps, titleOf } from './panel.ts'
import { RerunDialog } from './rerun-dialog.tsx'

type HeaderProps = Pick<PanelProps, 'run' | 'dag'>

export function DagRunHeader({ run, dag }: HeaderProps): ReactNode {
  const [rerunning, setRerunning] = useState(false)
  return (
    <Box
      component="header"
      sx={{
        position: 'sticky',
        top: 0,
        zIndex: 8,
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: { xs: 1, md: 2 },
        px: { xs: 2, md: 3 },
        py: 1.5,
        borderBottom: 1,
        borderColor: 'divider',
        background: 'var(--braid-palette-background-paper)',
      }}
    >
      <Box sx={{ flex: 1, minWidth: { xs: '100%', sm: 260 } }}>
        <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
          <Link component={RouterLink} to={`${dagPath(run.dagId)}?tab=runs`} color="inherit">
            Runs of {run.dagTitle}
          </Link>
          {' / '}
          <Copyable text={run.dagRunKey} label="the key of the run" />
        </Typography>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1.5, rowGap: 0.5 }}>
          <Typography variant="h1">{run.dagTitle}</Typography>
          <Box role="status" aria-label="State of the run">
            <StateChip state={chipOf(run.state)} />
          </Box>
        </Box>
        <Origin run={run} dag={dag} />
      </Box>
      <Facts run={run} dag={dag} />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        {!isOver(run.state) && <CancelButton dagRunKey={run.dagRunKey} />}
        <Button variant="outlined" startIcon={<RetryIcon />} onClick={() => setRerunning(true)}>
          Re-run
        </Button>
      </Box>
      {rerunning && <RerunDialog run={run} dag={dag} onClose={() => setRerunning(false)} />}
    </Box>
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

function Facts({ run }: HeaderProps): ReactNode {
  return (
    <Box component="dl" sx={{ display: 'flex', flexWrap: 'wrap', gap: { xs: 2, md: 3 }, m: 0 }}>
      <Fact name="Version">
        <Link component={RouterLink} to={`${dagPath(run.dagId)}?version=${run.dagVersion}`}>
          {run.dagVersion}
        </Link>
      </Fact>
      {run.endedAt === undefined ? (
        <>
          <Fact name={run.startedAt === undefined ? 'Waiting' : 'Age'}>
            <Tooltip title={`Created ${exactText(Date.parse(run.createdAt))}`}>
              <span>
                <Duration from={run.startedAt ?? run.createdAt} />
              </span>
            </Tooltip>
          </Fact>
          <Fact name="Progress">
            <ProgressBar value={run.progress} label="Progress of the run" />
          </Fact>
        </>
      ) : (
        <>
          <Fact name="Ended">
            <RelativeTime at={run.endedAt} />
          </Fact>
          <Fact name="Took">
            <Duration from={run.startedAt ?? run.createdAt} to={run.endedAt} />
          </Fact>
        </>
      )}
    </Box>
  )
}

function Fact(props: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <Box>
      <Typography component="dt" variant="caption" sx={{ color: 'text.secondary' }}>
        {props.name}
      </Typography>
      <Typography component="dd" variant="body2" sx={{ m: 0, fontWeight: 600 }}>
        {props.children}
      </Typography>
    </Box>
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

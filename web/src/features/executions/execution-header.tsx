import type { Session } from '@braid/contract/access.ts'
import { type Execution, isOver } from '@braid/contract/execution.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link as RouterLink, useNavigate } from 'react-router'
import { api } from '../../api/client.ts'
import { may } from '../../api/session.ts'
import { ConfirmDialog } from '../../frame/confirm-dialog.tsx'
import { Copyable } from '../../frame/copyable.tsx'
import { CancelIcon, RetryIcon } from '../../frame/icons.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { triggerNames } from '../../script/execution-state.ts'
import { languageNames } from '../../script/language.ts'
import { RunFacts } from '../../script/run-facts.tsx'
import { useRunActions } from '../../script/use-run-actions.ts'

export function ExecutionHeader(props: { readonly run: Execution; readonly session: Session }): ReactNode {
  const { run, session } = props
  return (
    <Box
      component="header"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: { xs: 1, md: 2 },
        px: { xs: 2, md: 3 },
        pt: 2,
        pb: 1,
        background: 'var(--braid-palette-background-paper)',
      }}
    >
      <Box sx={{ flex: 1, minWidth: { xs: '100%', sm: 260 } }}>
        <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
          <Link component={RouterLink} to="/executions" color="inherit">
            Runs of scripts
          </Link>
          {' / '}
          <Copyable text={run.executionKey} label="the key of the run" />
        </Typography>
        <Typography variant="h1" sx={{ overflowWrap: 'anywhere' }}>
          {run.scriptName ?? 'Unsaved script'}
        </Typography>
        <Origin run={run} />
        <Box sx={{ mt: 0.75 }}>
          <RunFacts execution={run} />
        </Box>
      </Box>
      <Actions run={run} session={session} />
    </Box>
  )
}

function Origin({ run }: { readonly run: Execution }): ReactNode {
  return (
    <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
      {languageNames[run.language]} {run.version} · by {run.owner}, started {triggerNames[run.trigger]} ·{' '}
      <RelativeTime at={run.createdAt} />
      {run.scriptKey !== undefined && (
        <>
          {' · '}
          <Link component={RouterLink} to={`/scripts/${run.scriptKey}`}>
            version {run.scriptVersion}
          </Link>
        </>
      )}
      {run.retryOf !== undefined && (
        <>
          {' · repeats '}
          <Link component={RouterLink} to={`/executions/${run.retryOf}`}>
            run {run.retryOf}
          </Link>
        </>
      )}
    </Typography>
  )
}

function Actions({ run, session }: { readonly run: Execution; readonly session: Session }): ReactNode {
  const navigate = useNavigate()
  const [deleting, setDeleting] = useState(false)
  const { cancel, retry } = useRunActions((key) => void navigate(`/executions/${key}`))
  const mayRun = may(session, 'execution:create')
  const over = isOver(run.state)
  /** One's own, or anybody's by who may do everything. */
  const changeable = run.own || session.grants.includes('*')
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
      {!over && mayRun && changeable && (
        <Button
          variant="outlined"
          color="error"
          startIcon={<CancelIcon />}
          loading={cancel.isPending}
          loadingPosition="start"
          onClick={() => cancel.mutate(run.executionKey)}
        >
          Stop
        </Button>
      )}
      {over && mayRun && changeable && (
        <Button
          variant="outlined"
          startIcon={<RetryIcon />}
          loading={retry.isPending}
          loadingPosition="start"
          onClick={() => retry.mutate(run.executionKey)}
        >
          Run again
        </Button>
      )}
      {over && changeable && may(session, 'execution:delete') && (
        <Button color="error" onClick={() => setDeleting(true)}>
          Delete
        </Button>
      )}
      {deleting && <Deletion executionKey={run.executionKey} onKeep={() => setDeleting(false)} />}
    </Box>
  )
}

function Deletion(props: { readonly executionKey: string; readonly onKeep: () => void }): ReactNode {
  const { executionKey } = props
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const remove = useMutation({
    mutationFn: () => api.deleteExecution({ params: { executionKey } }),
    onSuccess: async () => {
      await navigate('/executions')
      await queryClient.invalidateQueries({ queryKey: ['executions', 'list'] })
    },
  })
  return (
    <ConfirmDialog
      open
      title="Delete this run?"
      confirm="Delete the run"
      keep="Keep it"
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={props.onKeep}
    >
      What it wrote is deleted with it. This can’t be undone.
    </ConfirmDialog>
  )
}

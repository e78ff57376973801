import type { ProcessInstance } from '@braid/contract/process-instance.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link as RouterLink } from 'react-router'
import { api } from '../../api/client.ts'
import { ConfirmDialog } from '../../frame/confirm-dialog.tsx'
import { Copyable } from '../../frame/copyable.tsx'
import { CancelIcon, PauseIcon, RunIcon } from '../../frame/icons.tsx'
import { useFailureNotice } from '../../frame/notices.tsx'
import { runState, StateChip } from '../../frame/state-chip.tsx'
import { Duration, RelativeTime } from '../../frame/time.tsx'
import { exactText } from '../../frame/time-text.ts'
import type { ElementNames } from '../../history/element-names.ts'
import type { InstanceView } from '../../live/instance-view.ts'
import { ChangeMenu } from './change-menu.tsx'

const states = {
  active: 'ACTIVE',
  suspended: 'SUSPENDED',
  completed: 'COMPLETED',
  terminated: 'TERMINATED',
} as const

/** The stream is ahead of the last read: what it says counts. */
function currentState(instance: ProcessInstance, view: InstanceView) {
  if (view.version === 0) return runState(instance)
  return runState({
    state: states[view.status],
    hasIncident: view.incidents.size > 0 || instance.hasIncident,
  })
}

export function RunHeader(props: {
  readonly instance: ProcessInstance
  readonly view: InstanceView
  readonly names: ElementNames
}): ReactNode {
  const { instance, view, names } = props
  const state = currentState(instance, view)
  const over = state === 'completed' || state === 'terminated'
  const id = instance.processDefinitionId
  return (
    <Box
      component="header"
      sx={{
        position: 'sticky',
        top: 0,
        zIndex: 3,
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
          <Link component={RouterLink} to="/runs" color="inherit">
            Runs
          </Link>
          {instance.parentProcessInstanceKey !== undefined && (
            <>
              {' / '}
              <Link component={RouterLink} to={`/runs/${instance.parentProcessInstanceKey}`}>
                called by {instance.parentProcessInstanceKey}
              </Link>
            </>
          )}
          {' / '}
          <Copyable text={instance.processInstanceKey} label="the key of the run" />
        </Typography>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1.5, rowGap: 0.5 }}>
          <Typography variant="h1">{instance.processDefinitionName ?? id}</Typography>
          <Box role="status" aria-label="State of the run">
            <StateChip state={state} />
          </Box>
        </Box>
      </Box>
      <Facts instance={instance} endedAt={view.endedAt} />
      {!over && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
          <ChangeMenu instance={instance} view={view} names={names} />
          <PauseButton instance={instance} suspended={state === 'suspended'} />
          <CancelButton instance={instance} />
        </Box>
      )}
    </Box>
  )
}

function Facts(props: {
  readonly instance: ProcessInstance
  readonly endedAt: number | undefined
}): ReactNode {
  const { instance, endedAt } = props
  const end = endedAt ?? instance.endDate
  const id = instance.processDefinitionId
  return (
    <Box component="dl" sx={{ display: 'flex', flexWrap: 'wrap', gap: { xs: 2, md: 3 }, m: 0 }}>
      {instance.businessId !== undefined && <Fact name="Business id">{instance.businessId}</Fact>}
      <Fact name="Version">
        <Link
          component={RouterLink}
          to={`/processes/${encodeURIComponent(id)}?version=${instance.processDefinitionVersion}`}
        >
          {instance.processDefinitionVersion}
          {instance.processDefinitionVersionTag !== undefined && ` · ${instance.processDefinitionVersionTag}`}
        </Link>
      </Fact>
      {end === undefined ? (
        <Fact name="Age">
          <Tooltip title={`Started ${exactText(Date.parse(instance.startDate))}`}>
            <span>
              <Duration from={instance.startDate} />
            </span>
          </Tooltip>
        </Fact>
      ) : (
        <>
          <Fact name="Ended">
            <RelativeTime at={end} />
          </Fact>
          <Fact name="Took">
            <Duration from={instance.startDate} to={end} />
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

/** Stops everything inside, or lets it go on: nothing is lost, so nobody is asked twice. */
function PauseButton(props: { readonly instance: ProcessInstance; readonly suspended: boolean }): ReactNode {
  const { instance, suspended } = props
  const queryClient = useQueryClient()
  const onError = useFailureNotice()
  const params = { processInstanceKey: instance.processInstanceKey }
  const toggle = useMutation({
    mutationFn: () =>
      suspended ? api.resumeProcessInstance({ params }) : api.suspendProcessInstance({ params }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['process-instances'] }),
    onError,
  })
  return (
    <Button
      variant="outlined"
      startIcon={suspended ? <RunIcon /> : <PauseIcon />}
      disabled={toggle.isPending}
      onClick={() => toggle.mutate()}
    >
      {suspended ? 'Resume run' : 'Suspend run'}
    </Button>
  )
}

function CancelButton({ instance }: { readonly instance: ProcessInstance }): ReactNode {
  const [asking, setAsking] = useState(false)
  const queryClient = useQueryClient()
  const onError = useFailureNotice()
  const { processInstanceKey } = instance
  const cancel = useMutation({
    mutationFn: () => api.cancelProcessInstance({ params: { processInstanceKey } }),
    onSettled: () => setAsking(false),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['process-instances'] }),
    onError,
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
        onConfirm={() => cancel.mutate()}
        onClose={() => setAsking(false)}
      >
        Everything in it is terminated, called processes too: jobs, tasks and timers go away. This can’t be
        undone.
      </ConfirmDialog>
    </>
  )
}

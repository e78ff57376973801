import type { ProcessInstance } from '@braid/contract/process-instance.ts'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link as RouterLink } from 'react-router'
import { api } from '../../api/client.ts'
import { ConfirmDialog } from '../../frame/confirm-dialog.tsx'
import { CancelIcon, PauseIcon, RunIcon } from '../../frame/icons.tsx'
import { useFailureNotice } from '../../frame/notices.tsx'
import { ActionRow, Fact, FactRow, RunHeading, TimeFacts } from '../../frame/run-heading.tsx'
import { runState } from '../../frame/state-chip.tsx'
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
  return (
    <RunHeading
      path={<Path instance={instance} />}
      runKey={instance.processInstanceKey}
      title={instance.processDefinitionName ?? instance.processDefinitionId}
      state={state}
      zIndex={3}
    >
      <Facts instance={instance} endedAt={view.endedAt} />
      {!over && (
        <ActionRow>
          <ChangeMenu instance={instance} view={view} names={names} />
          <PauseButton instance={instance} suspended={state === 'suspended'} />
          <CancelButton instance={instance} />
        </ActionRow>
      )}
    </RunHeading>
  )
}

function Path({ instance }: { readonly instance: ProcessInstance }): ReactNode {
  const { parentProcessInstanceKey: parent } = instance
  return (
    <>
      <Link component={RouterLink} to="/runs" color="inherit">
        Runs
      </Link>
      {parent !== undefined && (
        <>
          {' / '}
          <Link component={RouterLink} to={`/runs/${parent}`}>
            called by {parent}
          </Link>
        </>
      )}
    </>
  )
}

function Facts(props: {
  readonly instance: ProcessInstance
  readonly endedAt: number | undefined
}): ReactNode {
  const { instance, endedAt } = props
  const id = instance.processDefinitionId
  return (
    <FactRow>
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
      <TimeFacts
        age="Age"
        hint={`Started ${exactText(Date.parse(instance.startDate))}`}
        from={instance.startDate}
        to={endedAt ?? instance.endDate}
      />
    </FactRow>
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

import type { UserTask } from '@braid/contract/user-task.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import { api } from '../../api/client.ts'
import { userTaskQuery } from '../../api/queries.ts'
import type { FormHandle } from '../../form/form.tsx'
import { Keys } from '../../frame/keys.tsx'
import { Failure, LoadingRows } from '../../frame/list-states.tsx'
import { useFailureNotice, useNotices } from '../../frame/notices.tsx'
import { isTyping, useKeys } from '../../frame/shortcuts.ts'
import { TaskForm } from './task-form.tsx'
import { TaskHeader } from './task-header.tsx'

type TaskPaneProps = {
  readonly taskKey: string
  readonly username: string
  /** Address of the list, for phones. */
  readonly back: string
  readonly onCompleted: (taskKey: string) => void
}

export function TaskPane(props: TaskPaneProps): ReactNode {
  const task = useQuery(userTaskQuery(props.taskKey))
  if (task.isError) return <Failure error={task.error} onRetry={task.refetch} />
  if (task.isPending) return <LoadingRows rows={5} />
  return <OpenTask {...props} task={task.data} />
}

function useTaskActions(task: UserTask, username: string, onCompleted: (taskKey: string) => void) {
  const queryClient = useQueryClient()
  const show = useNotices()
  const onError = useFailureNotice()
  const { userTaskKey } = task
  const onSettled = async (): Promise<void> => {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: ['user-task', userTaskKey] }),
      queryClient.invalidateQueries({ queryKey: ['user-tasks'] }),
      queryClient.invalidateQueries({ queryKey: ['overview'] }),
    ])
  }
  const params = { userTaskKey }
  const claim = useMutation({
    mutationFn: (allowOverride: boolean) =>
      api.assignUserTask({ params, body: { assignee: username, allowOverride, action: 'claim' } }),
    onError,
    onSettled,
  })
  const unclaim = useMutation({ mutationFn: () => api.unassignUserTask({ params }), onError, onSettled })
  const complete = useMutation({
    mutationFn: (variables: JsonObject) => api.completeUserTask({ params, body: { variables } }),
    onSuccess: () => {
      show({ severity: 'success', text: `Completed: ${task.name ?? task.elementId}` })
      onCompleted(userTaskKey)
    },
    onError,
    onSettled,
  })
  return { claim, unclaim, complete }
}

function OpenTask({
  task,
  username,
  back,
  onCompleted,
}: TaskPaneProps & { readonly task: UserTask }): ReactNode {
  const { claim, unclaim, complete } = useTaskActions(task, username, onCompleted)
  const form = useRef<FormHandle>(null)
  const [isReady, setReady] = useState(false)
  const open = task.state === 'CREATED'
  const mine = task.assignee === username
  const completeOnce = (values: JsonObject): void => {
    if (!complete.isPending) complete.mutate(values)
  }
  const submit = (): void => {
    const values = form.current?.submit()
    if (values !== undefined) completeOnce(values)
  }

  useKeys((event) => {
    if (!open) return
    const control = event.ctrlKey || event.metaKey
    if (event.key === 'Enter' && control && mine) {
      event.preventDefault()
      submit()
    }
    if (
      event.key === 'c' &&
      !control &&
      !event.altKey &&
      !isTyping(event.target) &&
      task.assignee === undefined &&
      !claim.isPending
    )
      claim.mutate(false)
  })

  return (
    <Box sx={{ px: { xs: 2, md: 4 }, py: { xs: 2, md: 3 }, maxWidth: 820 }}>
      <TaskHeader
        task={task}
        mine={mine}
        back={back}
        pending={claim.isPending || unclaim.isPending}
        onClaim={() => claim.mutate(task.assignee !== undefined)}
        onUnclaim={() => unclaim.mutate()}
      />
      {open && !mine && <NotMine assignee={task.assignee} />}
      <Paper variant="outlined" sx={{ p: { xs: 2, md: 3 } }}>
        <TaskForm
          ref={form}
          task={task}
          readOnly={!open || !mine}
          onSubmit={completeOnce}
          onReady={() => setReady(true)}
        />
      </Paper>
      {open && mine && <CompleteBar isReady={isReady} pending={complete.isPending} onComplete={submit} />}
    </Box>
  )
}

function NotMine({ assignee }: { readonly assignee: string | undefined }): ReactNode {
  return (
    <Alert severity="info" sx={{ mb: 2 }}>
      {assignee === undefined ? (
        <>
          Claim the task to work on it. <Keys keys={['c']} />
        </>
      ) : (
        `${assignee} works on this task.`
      )}
    </Alert>
  )
}

/** Stays in sight below a long form. */
function CompleteBar(props: {
  readonly isReady: boolean
  readonly pending: boolean
  readonly onComplete: () => void
}): ReactNode {
  return (
    <Box
      sx={{
        position: 'sticky',
        bottom: 0,
        zIndex: 1,
        display: 'flex',
        alignItems: 'center',
        gap: 2,
        py: 2,
        background: 'var(--braid-palette-background-default)',
      }}
    >
      <Button
        variant="contained"
        size="large"
        disabled={!props.isReady}
        loading={props.pending}
        onClick={props.onComplete}
      >
        Complete task
      </Button>
      <Box sx={{ display: { xs: 'none', md: 'block' } }}>
        <Keys keys={['Ctrl', 'Enter']} />
      </Box>
    </Box>
  )
}

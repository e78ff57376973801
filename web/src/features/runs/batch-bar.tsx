import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useNavigate } from 'react-router'
import type { InstanceFilter } from '../../api/queries.ts'
import { ConfirmDialog } from '../../frame/confirm-dialog.tsx'
import { type BatchAction, batchActions } from './batch-actions.ts'

/** The runs that an action would be for. */
export type BatchTarget = {
  readonly filter: InstanceFilter
  /** "12 runs", "all 2,000 runs that match". */
  readonly words: string
}

/** Above the list: what to do to the selected runs, or to all that the filters find. */
export function BatchBar(props: {
  readonly target: BatchTarget
  readonly selected: number
  /** Further actions, such as one with a dialog of its own. */
  readonly children?: ReactNode
  readonly onClear: () => void
}): ReactNode {
  const [asked, setAsked] = useState<BatchAction>()
  return (
    <Box
      component="section"
      aria-label="Batch operations"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 0.75,
        px: 2,
        py: 1,
        borderBottom: 1,
        borderColor: 'divider',
        background: props.selected > 0 ? 'var(--braid-palette-action-selected)' : 'transparent',
      }}
    >
      <Typography variant="body2" role="status" sx={{ mr: 1, fontWeight: 600 }}>
        {props.selected > 0 ? `${props.selected.toLocaleString()} selected` : `For ${props.target.words}`}
      </Typography>
      {batchActions.map((action) => (
        <Button
          key={action.label}
          size="small"
          variant="outlined"
          {...(action.destroys === true ? { color: 'error' } : {})}
          onClick={() => setAsked(action)}
        >
          {action.label}
        </Button>
      ))}
      {props.children}
      {props.selected > 0 && (
        <Button size="small" onClick={props.onClear}>
          Clear selection
        </Button>
      )}
      {asked !== undefined && (
        <Question action={asked} target={props.target} onClose={() => setAsked(undefined)} />
      )}
    </Box>
  )
}

function Question(props: {
  readonly action: BatchAction
  readonly target: BatchTarget
  readonly onClose: () => void
}): ReactNode {
  const { action, target, onClose } = props
  const begin = useBeginBatch()
  return (
    <ConfirmDialog
      open
      title={`${action.verb} ${target.words}?`}
      confirm={action.label}
      keep="Leave them"
      pending={begin.isPending}
      error={begin.error}
      destroys={action.destroys === true}
      onConfirm={() => begin.mutate(() => action.start(target.filter))}
      onClose={onClose}
    >
      {action.means}
    </ConfirmDialog>
  )
}

/** Starts a batch operation and goes where it can be watched. */
export function useBeginBatch() {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (begin: () => Promise<{ readonly batchOperationKey: string }>) => begin(),
    onSuccess: ({ batchOperationKey }) => {
      void queryClient.invalidateQueries({ queryKey: ['batch-operations'] })
      navigate(`/runs/batch-operations/${batchOperationKey}`)
    },
  })
}

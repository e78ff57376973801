import type { RateLimit } from '@braid/contract/rate-limit.ts'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, describeFailure } from '../../api/client.ts'
import { ConfirmDialog } from '../../frame/confirm-dialog.tsx'
import { useNotices } from '../../frame/notices.tsx'
import { Refusal } from '../../frame/refusal.tsx'
import { CountingFields } from './counting-fields.tsx'
import { type LimitContent, type LimitEntry, limitContentOf, limitEntryOf } from './limit-entry.ts'
import { everyLimitQuery } from './limit-queries.ts'
import { TargetFields } from './target-fields.tsx'

type LimitDialogProps = {
  /** To change; absent for a new one. */
  readonly limit?: RateLimit
  readonly onClose: () => void
}

/** Makes a limit, or changes it, or deletes it. */
export function LimitDialog({ limit, onClose }: LimitDialogProps): ReactNode {
  const [deleting, setDeleting] = useState(false)
  return deleting && limit !== undefined ? (
    <Deletion limit={limit} onKeep={() => setDeleting(false)} onGone={onClose} />
  ) : (
    <LimitForm
      onClose={onClose}
      {...(limit === undefined ? {} : { limit, onDelete: () => setDeleting(true) })}
    />
  )
}

function LimitForm({
  limit,
  onClose,
  onDelete,
}: LimitDialogProps & { readonly onDelete?: () => void }): ReactNode {
  const [entry, setEntry] = useState(() => limitEntryOf(limit))
  const change = (changed: Partial<LimitEntry>): void => setEntry((before) => ({ ...before, ...changed }))
  const save = useSave(limit, onClose)
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="limit-title">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate(limitContentOf(entry))
        }}
      >
        <DialogTitle id="limit-title">{limit === undefined ? 'New limit' : `Edit ${limit.name}`}</DialogTitle>
        <DialogContent>
          <Stack spacing={2} sx={{ pt: 1 }}>
            {save.isError && <Refusal>{describeFailure(save.error)}</Refusal>}
            <NameField value={entry.name} onChange={(name) => change({ name })} />
            <TargetFields
              entry={entry.target}
              onChange={(target) => change({ target })}
              routes={limit?.routes}
            />
            <CountingFields entry={entry} onChange={change} />
          </Stack>
        </DialogContent>
        <DialogActions>
          {onDelete !== undefined && (
            <Button color="error" onClick={onDelete} sx={{ mr: 'auto' }}>
              Delete
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" loading={save.isPending}>
            {limit === undefined ? 'Create' : 'Save'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

function NameField(props: { readonly value: string; readonly onChange: (name: string) => void }): ReactNode {
  return (
    <TextField
      label="Name"
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
      helperText="Clients see it in the headers of answers"
      autoFocus
      required
      slotProps={{
        htmlInput: {
          maxLength: 100,
          pattern: '[A-Za-z0-9][A-Za-z0-9 ._\\-]*',
          title: 'Letters, digits, spaces and . _ -',
        },
      }}
    />
  )
}

function useSave(limit: RateLimit | undefined, onClose: () => void) {
  const queryClient = useQueryClient()
  const show = useNotices()
  return useMutation({
    mutationFn: ({ burst, ...content }: LimitContent) =>
      limit === undefined
        ? api.createRateLimit({
            body: { ...content, ...(burst === undefined ? {} : { burst }), enabled: true },
          })
        : api.updateRateLimit({
            params: { rateLimitKey: limit.rateLimitKey },
            body: { ...content, burst: burst ?? null },
          }),
    onSuccess: ({ name }) => {
      void queryClient.invalidateQueries({ queryKey: everyLimitQuery })
      show({ severity: 'success', text: `The limit ${name} is in force.` })
      onClose()
    },
  })
}

function Deletion(props: {
  readonly limit: RateLimit
  readonly onKeep: () => void
  readonly onGone: () => void
}): ReactNode {
  const queryClient = useQueryClient()
  const { rateLimitKey, name } = props.limit
  const remove = useMutation({
    mutationFn: () => api.deleteRateLimit({ params: { rateLimitKey } }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: everyLimitQuery })
      props.onGone()
    },
  })
  return (
    <ConfirmDialog
      open
      title={`Delete the limit ${name}?`}
      confirm="Delete the limit"
      keep="Keep it"
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={props.onKeep}
    >
      Its routes are limited by the next one that matches them, or not at all. Overrides for this limit alone
      go with it. To have it back later, switch it off instead.
    </ConfirmDialog>
  )
}

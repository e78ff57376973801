import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogContentText from '@mui/material/DialogContentText'
import DialogTitle from '@mui/material/DialogTitle'
import type { ReactNode } from 'react'
import { describeFailure } from '../api/client.ts'
import { Refusal } from './refusal.tsx'

/** Before something that can't be undone, or that is done to many. Says what will happen, in the words of the button. */
export function ConfirmDialog(props: {
  readonly open: boolean
  readonly title: string
  readonly children: ReactNode
  readonly confirm: string
  readonly keep: string
  readonly pending: boolean
  /** Why it could not be done. */
  readonly error?: unknown
  /** Unless said, it does. */
  readonly destroys?: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
}): ReactNode {
  return (
    <Dialog open={props.open} onClose={props.onClose} maxWidth="xs" fullWidth aria-labelledby="confirm-title">
      <DialogTitle id="confirm-title">{props.title}</DialogTitle>
      <DialogContent>
        {props.error != null && <Refusal>{describeFailure(props.error)}</Refusal>}
        <DialogContentText variant="body2">{props.children}</DialogContentText>
      </DialogContent>
      <DialogActions>
        <Button onClick={props.onClose}>{props.keep}</Button>
        <Button
          variant="contained"
          color={props.destroys === false ? 'primary' : 'error'}
          loading={props.pending}
          onClick={props.onConfirm}
        >
          {props.confirm}
        </Button>
      </DialogActions>
    </Dialog>
  )
}

import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import FormControlLabel from '@mui/material/FormControlLabel'
import Stack from '@mui/material/Stack'
import Switch from '@mui/material/Switch'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { type ReactNode, useState } from 'react'
import { describeFailure } from '../../api/client.ts'
import { Refusal } from '../../frame/refusal.tsx'

export type Details = { readonly name: string; readonly description: string; readonly shared: boolean }

/** Name, description and sharing: of a new script, or of one that is there. */
export function DetailsDialog(props: {
  readonly title: string
  readonly start: Details
  readonly mayShare: boolean
  readonly pending: boolean
  readonly error: unknown
  readonly onSave: (details: Details) => void
  readonly onClose: () => void
}): ReactNode {
  const { name, description, shared } = props.start
  const [details, setDetails] = useState({ name, description, shared })
  const set = (changes: Partial<Details>): void => setDetails({ ...details, ...changes })
  return (
    <Dialog open onClose={props.onClose} fullWidth maxWidth="xs" aria-labelledby="details-title">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          props.onSave({ ...details, name: details.name.trim(), description: details.description.trim() })
        }}
      >
        <DialogTitle id="details-title">{props.title}</DialogTitle>
        <DialogContent>
          <Stack spacing={2} sx={{ pt: 1 }}>
            {props.error != null && <Refusal>{describeFailure(props.error)}</Refusal>}
            <TextField
              label="Name"
              value={details.name}
              required
              autoFocus
              slotProps={{ htmlInput: { maxLength: 200 } }}
              onChange={(event) => set({ name: event.target.value })}
            />
            <TextField
              label="Description"
              value={details.description}
              multiline
              minRows={2}
              maxRows={6}
              slotProps={{ htmlInput: { maxLength: 2_000 } }}
              onChange={(event) => set({ description: event.target.value })}
            />
            {props.mayShare && (
              <Box>
                <FormControlLabel
                  control={<Switch checked={details.shared} onChange={(_, on) => set({ shared: on })} />}
                  label="Shared"
                />
                <Typography variant="caption" component="p" sx={{ color: 'text.secondary', m: 0 }}>
                  {details.shared
                    ? 'Everybody who may read scripts sees and runs it; you change it.'
                    : 'Only you see it.'}
                </Typography>
              </Box>
            )}
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="contained"
            disabled={details.name.trim() === ''}
            loading={props.pending}
          >
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

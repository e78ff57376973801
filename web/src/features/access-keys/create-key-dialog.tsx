import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import MenuItem from '@mui/material/MenuItem'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, describeFailure } from '../../api/client.ts'
import { Copyable } from '../../frame/copyable.tsx'
import { presets } from './key-presets.ts'

export function CreateKeyDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [preset, setPreset] = useState(0)
  const create = useMutation({
    mutationFn: () =>
      api.createApiKey({ body: { name: name.trim(), grants: [...(presets[preset]?.grants ?? [])] } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['api-keys'] }),
  })
  if (create.data !== undefined) return <Secret secret={create.data.secret} onClose={onClose} />
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="key-title">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate()
        }}
      >
        <DialogTitle id="key-title">New access key</DialogTitle>
        <DialogContent>
          <Stack spacing={2} sx={{ pt: 1 }}>
            {create.isError && <Alert severity="error">{describeFailure(create.error)}</Alert>}
            <TextField
              label="Name"
              value={name}
              onChange={(event) => setName(event.target.value)}
              helperText="Who or what will use it"
              autoFocus
              required
              slotProps={{ htmlInput: { maxLength: 100 } }}
            />
            <TextField
              select
              label="May"
              value={preset}
              onChange={(event) => setPreset(Number(event.target.value))}
              helperText={presets[preset]?.hint}
            >
              {presets.map((each, index) => (
                <MenuItem key={each.label} value={index}>
                  {each.label}
                </MenuItem>
              ))}
            </TextField>
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" disabled={name.trim() === ''} loading={create.isPending}>
            Create
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

/** Not closed by a stray click: the secret can't be shown again. */
function Secret(props: { readonly secret: string; readonly onClose: () => void }): ReactNode {
  return (
    <Dialog open fullWidth maxWidth="sm" aria-labelledby="secret-title">
      <DialogTitle id="secret-title">Your new key</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          <Alert severity="warning">Copy it now. It is not stored and can’t be shown again.</Alert>
          <Copyable text={props.secret} label="the key" />
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            Send it with every request as “Authorization: Bearer {'<key>'}”.
          </Typography>
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={props.onClose}>
          I have copied it
        </Button>
      </DialogActions>
    </Dialog>
  )
}

import type { Role } from '@braid/contract/role.ts'
import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, describeFailure } from '../../api/client.ts'
import { Copyable } from '../../frame/copyable.tsx'
import { Refusal } from '../../frame/refusal.tsx'
import { UsernameField } from '../../people/username-field.tsx'
import { NewPassword } from './new-password.tsx'
import { PersonFields } from './person-fields.tsx'
import { RoleField } from './role-field.tsx'
import { usersQuery } from './users-query.ts'

/** What was filled in. */
const given = (fields: { readonly name: string; readonly email: string }): Partial<typeof fields> =>
  Object.fromEntries(
    Object.entries(fields)
      .map(([field, text]) => [field, text.trim()])
      .filter(([, text]) => text !== ''),
  )

export function CreateUserDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const queryClient = useQueryClient()
  const [username, setUsername] = useState('')
  const [person, setPerson] = useState({ name: '', email: '' })
  const [role, setRole] = useState<Role>('user')
  const [password, setPassword] = useState('')
  const create = useMutation({
    mutationFn: () =>
      api.createUser({ body: { username: username.trim(), password, role, ...given(person) } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: usersQuery.queryKey }),
  })
  if (create.data !== undefined)
    return <Created username={create.data.username} password={password} onClose={onClose} />
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="new-user-title">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate()
        }}
      >
        <DialogTitle id="new-user-title">New user</DialogTitle>
        <DialogContent>
          <Stack spacing={2} sx={{ pt: 1 }}>
            {create.isError && <Refusal>{describeFailure(create.error)}</Refusal>}
            <UsernameField
              value={username}
              onChange={setUsername}
              autoComplete="off"
              helperText="What they sign in with; it can’t be changed later"
            />
            <PersonFields value={person} onChange={setPerson} nameRequired={false} />
            <RoleField value={role} onChange={setRole} />
            <NewPassword
              label="Password"
              value={password}
              onChange={setPassword}
              required
              helperText="At least 12 characters. They can change it under “My account”."
            />
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="contained"
            disabled={username.trim() === '' || password === ''}
            loading={create.isPending}
          >
            Create
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

/** Not closed by a stray click: the password can't be shown again. */
function Created(props: {
  readonly username: string
  readonly password: string
  readonly onClose: () => void
}): ReactNode {
  return (
    <Dialog open fullWidth maxWidth="xs" aria-labelledby="created-title">
      <DialogTitle id="created-title">{props.username} can sign in</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          <Alert severity="info">Tell them both now: the password can’t be shown again.</Alert>
          <Typography variant="body2">
            User name: <Copyable text={props.username} label="the user name" />
          </Typography>
          <Typography variant="body2">
            Password: <Copyable text={props.password} label="the password" />
          </Typography>
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={props.onClose}>
          Done
        </Button>
      </DialogActions>
    </Dialog>
  )
}

import type { Session } from '@braid/contract/access.ts'
import type { User } from '@braid/contract/user.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Stack from '@mui/material/Stack'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, describeFailure } from '../../api/client.ts'
import { may } from '../../api/session.ts'
import { ConfirmDialog } from '../../frame/confirm-dialog.tsx'
import { useNotices } from '../../frame/notices.tsx'
import { Refusal } from '../../frame/refusal.tsx'
import { NewPassword } from './new-password.tsx'
import { PersonFields } from './person-fields.tsx'
import { RoleField } from './role-field.tsx'
import { usersQuery } from './users-query.ts'

/** The account that the link of each start signs in: it stays what it is. */
const builtIn = 'admin'

type EditProps = { readonly user: User; readonly session: Session; readonly onClose: () => void }

export function EditUserDialog(props: EditProps): ReactNode {
  const [deleting, setDeleting] = useState(false)
  return deleting ? (
    <Deletion user={props.user} onKeep={() => setDeleting(false)} onGone={props.onClose} />
  ) : (
    <EditForm {...props} onDelete={() => setDeleting(true)} />
  )
}

function EditForm({
  user,
  session,
  onClose,
  onDelete,
}: EditProps & { readonly onDelete: () => void }): ReactNode {
  const queryClient = useQueryClient()
  const show = useNotices()
  const [person, setPerson] = useState({ name: user.name, email: user.email ?? '' })
  const [role, setRole] = useState(user.role)
  const [password, setPassword] = useState('')
  const isMe = user.username === session.username
  const save = useMutation({
    mutationFn: () =>
      api.updateUser({
        params: { username: user.username },
        body: {
          name: person.name.trim(),
          email: person.email.trim(),
          ...(role === user.role ? {} : { role }),
          ...(password === '' ? {} : { password }),
        },
      }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: usersQuery.queryKey })
      if (isMe) void queryClient.invalidateQueries({ queryKey: ['session'] })
      const signedOut = password === '' || isMe ? '' : ' They are signed out everywhere.'
      show({ severity: 'success', text: `${user.username} is changed.${signedOut}` })
      onClose()
    },
  })
  const deletable = may(session, 'user:delete') && !isMe && user.username !== builtIn
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="edit-user-title">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <DialogTitle id="edit-user-title">Edit {user.username}</DialogTitle>
        <DialogContent>
          <Stack spacing={2} sx={{ pt: 1 }}>
            {save.isError && <Refusal>{describeFailure(save.error)}</Refusal>}
            <PersonFields value={person} onChange={setPerson} nameRequired />
            <RoleField
              value={role}
              onChange={setRole}
              fixed={user.username === builtIn ? 'The link of each start signs this account in' : undefined}
            />
            <NewPassword
              label="New password"
              value={password}
              onChange={setPassword}
              required={false}
              helperText={
                user.hasPassword
                  ? 'Empty: the password stays. A new one signs them out everywhere.'
                  : 'Empty: only a link from the terminal signs them in.'
              }
            />
          </Stack>
        </DialogContent>
        <DialogActions>
          {deletable && (
            <Button color="error" onClick={onDelete}>
              Delete
            </Button>
          )}
          <Box sx={{ flex: 1 }} />
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="contained"
            disabled={person.name.trim() === ''}
            loading={save.isPending}
          >
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

function Deletion(props: {
  readonly user: User
  readonly onKeep: () => void
  readonly onGone: () => void
}): ReactNode {
  const queryClient = useQueryClient()
  const show = useNotices()
  const { username } = props.user
  const remove = useMutation({
    mutationFn: () => api.deleteUser({ params: { username } }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: usersQuery.queryKey })
      show({ severity: 'success', text: `${username} is deleted.` })
      props.onGone()
    },
  })
  return (
    <ConfirmDialog
      open
      title={`Delete ${username}?`}
      confirm="Delete the user"
      keep="Keep them"
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={props.onKeep}
    >
      They are signed out, and access keys that they made stop working. Their private scripts are deleted;
      what they shared stays. This can’t be undone.
    </ConfirmDialog>
  )
}

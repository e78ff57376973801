import type { Session } from '@braid/contract/access.ts'
import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, describeFailure } from '../../api/client.ts'
import { Refusal } from '../../frame/refusal.tsx'
import { PasswordField } from '../../people/password-field.tsx'
import { UsernameField } from '../../people/username-field.tsx'

export function PasswordForm(props: { readonly onSignedIn: (session: Session) => void }): ReactNode {
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useMutation({
    mutationFn: () => api.createSession({ body: { username: username.trim(), password } }),
    onSuccess: props.onSignedIn,
    onError: () => setPassword(''),
  })
  return (
    <form
      aria-label="Sign in"
      onSubmit={(event) => {
        event.preventDefault()
        signIn.mutate()
      }}
    >
      <Stack spacing={2}>
        {signIn.isError && <Refusal>{describeFailure(signIn.error)}</Refusal>}
        <UsernameField value={username} onChange={setUsername} autoComplete="username" />
        <PasswordField label="Password" value={password} onChange={setPassword} />
        <Button
          type="submit"
          variant="contained"
          disabled={username.trim() === '' || password === ''}
          loading={signIn.isPending}
        >
          Sign in
        </Button>
      </Stack>
    </form>
  )
}

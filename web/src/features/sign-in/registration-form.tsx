import type { Session } from '@braid/contract/access.ts'
import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, describeFailure } from '../../api/client.ts'
import { Refusal } from '../../frame/refusal.tsx'
import { PasswordField } from '../../people/password-field.tsx'
import { UsernameField } from '../../people/username-field.tsx'

/** Makes an account and signs it in. Offered where the server lets anybody register. */
export function RegistrationForm(props: { readonly onSignedIn: (session: Session) => void }): ReactNode {
  const [username, setUsername] = useState('')
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const register = useMutation({
    mutationFn: async () => {
      const account = { username: username.trim(), password }
      await api.createUser({
        body: {
          ...account,
          ...(name.trim() === '' ? {} : { name: name.trim() }),
          ...(email.trim() === '' ? {} : { email: email.trim() }),
        },
      })
      return api.createSession({ body: account })
    },
    onSuccess: props.onSignedIn,
  })
  return (
    <form
      aria-label="Create an account"
      onSubmit={(event) => {
        event.preventDefault()
        register.mutate()
      }}
    >
      <Stack spacing={2}>
        {register.isError && <Refusal>{describeFailure(register.error)}</Refusal>}
        <UsernameField value={username} onChange={setUsername} autoComplete="username" />
        <TextField
          label="Name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          slotProps={{ htmlInput: { maxLength: 255, autoComplete: 'name' } }}
        />
        <TextField
          label="E-mail"
          type="email"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          slotProps={{ htmlInput: { maxLength: 254, autoComplete: 'email' } }}
        />
        <PasswordField label="Password" value={password} onChange={setPassword} fresh />
        <Button
          type="submit"
          variant="contained"
          disabled={username.trim() === '' || password === ''}
          loading={register.isPending}
        >
          Create an account
        </Button>
      </Stack>
    </form>
  )
}

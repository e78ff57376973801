import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, describeFailure } from '../../api/client.ts'
import { useNotices } from '../../frame/notices.tsx'
import { Refusal } from '../../frame/refusal.tsx'
import { visuallyHidden } from '../../frame/visually-hidden.ts'
import { PasswordField } from '../../people/password-field.tsx'

export function PasswordForm({ username }: { readonly username: string }): ReactNode {
  const queryClient = useQueryClient()
  const show = useNotices()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = useMutation({
    mutationFn: () =>
      api.changePassword({
        body: { newPassword: next, ...(current === '' ? {} : { currentPassword: current }) },
      }),
    onSuccess: () => {
      setCurrent('')
      setNext('')
      show({ severity: 'success', text: 'Your password is changed. Everywhere else you are signed out.' })
      void queryClient.invalidateQueries({ queryKey: ['sessions'] })
    },
  })
  return (
    <form
      aria-labelledby="password-title"
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate()
      }}
    >
      <Stack spacing={2} sx={{ maxWidth: 420, alignItems: 'stretch' }}>
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          A new password ends all your other sessions.
        </Typography>
        {change.isError && <Refusal>{describeFailure(change.error)}</Refusal>}
        {/* Password managers want to know whose it is. */}
        <Box
          component="input"
          type="text"
          autoComplete="username"
          value={username}
          readOnly
          sx={visuallyHidden}
          tabIndex={-1}
          aria-hidden
        />
        <PasswordField
          label="Current password"
          value={current}
          onChange={setCurrent}
          required={false}
          helperText="Leave it empty if you have none yet."
        />
        <PasswordField label="New password" value={next} onChange={setNext} fresh />
        <Button
          type="submit"
          variant="contained"
          disabled={next === ''}
          loading={change.isPending}
          sx={{ alignSelf: 'start' }}
        >
          Change my password
        </Button>
      </Stack>
    </form>
  )
}

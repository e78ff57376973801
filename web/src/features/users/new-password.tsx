import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import type { ReactNode } from 'react'
import { shortestPassword } from '../../people/password-field.tsx'
import { suggestPassword } from '../../people/suggest-password.ts'

/** A password for somebody else: in sight, for it has to be told to them. */
export function NewPassword(props: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly required: boolean
  readonly helperText: string
}): ReactNode {
  return (
    <Stack direction="row" spacing={1} sx={{ alignItems: 'flex-start' }}>
      <TextField
        label={props.label}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        required={props.required}
        helperText={props.helperText}
        fullWidth
        slotProps={{
          htmlInput: { minLength: shortestPassword, maxLength: 200, autoComplete: 'off', spellCheck: false },
        }}
      />
      <Button
        variant="outlined"
        onClick={() => props.onChange(suggestPassword(crypto.getRandomValues(new Uint8Array(20))))}
        sx={{ height: 40, flexShrink: 0 }}
      >
        Suggest
      </Button>
    </Stack>
  )
}

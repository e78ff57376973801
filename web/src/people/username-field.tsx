import TextField from '@mui/material/TextField'
import type { ReactNode } from 'react'

/** The name that somebody signs in with. */
export function UsernameField(props: {
  readonly value: string
  readonly onChange: (value: string) => void
  /** `off`: that of somebody else. */
  readonly autoComplete: 'username' | 'off'
  readonly helperText?: string
}): ReactNode {
  return (
    <TextField
      label="User name"
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
      helperText={props.helperText}
      autoFocus
      required
      slotProps={{
        htmlInput: {
          maxLength: 256,
          autoComplete: props.autoComplete,
          autoCapitalize: 'none',
          spellCheck: false,
        },
      }}
    />
  )
}

import Button from '@mui/material/Button'
import InputAdornment from '@mui/material/InputAdornment'
import TextField from '@mui/material/TextField'
import { type ReactNode, useState } from 'react'

/** As the server wants new ones. */
export const shortestPassword = 12
const longestPassword = 200

/** A password, hidden unless asked for. `fresh`: one that is made here, not one that is known already. */
export function PasswordField(props: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly fresh?: boolean
  readonly required?: boolean
  readonly helperText?: ReactNode
  /** Why it was refused. */
  readonly error?: boolean
}): ReactNode {
  const [shown, setShown] = useState(false)
  const fresh = props.fresh === true
  return (
    <TextField
      label={props.label}
      type={shown ? 'text' : 'password'}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
      required={props.required ?? true}
      error={props.error === true}
      helperText={
        props.helperText ??
        (fresh ? `At least ${shortestPassword} characters; a sentence is fine.` : undefined)
      }
      slotProps={{
        htmlInput: {
          maxLength: longestPassword,
          autoComplete: fresh ? 'new-password' : 'current-password',
          ...(fresh ? { minLength: shortestPassword } : {}),
        },
        input: {
          endAdornment: (
            <InputAdornment position="end">
              <Button
                size="small"
                onClick={() => setShown(!shown)}
                aria-label={`${shown ? 'Hide' : 'Show'} the ${props.label.toLowerCase()}`}
                sx={{ minWidth: 0 }}
              >
                {shown ? 'Hide' : 'Show'}
              </Button>
            </InputAdornment>
          ),
        },
      }}
    />
  )
}

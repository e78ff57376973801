import TextField from '@mui/material/TextField'
import type { ReactNode } from 'react'

type Person = { readonly name: string; readonly email: string }

/** What a person is called, and where mail reaches them. */
export function PersonFields(props: {
  readonly value: Person
  readonly onChange: (value: Person) => void
  readonly nameRequired: boolean
}): ReactNode {
  const { name, email } = props.value
  return (
    <>
      <TextField
        label="Name"
        value={name}
        onChange={(event) => props.onChange({ name: event.target.value, email })}
        required={props.nameRequired}
        slotProps={{ htmlInput: { maxLength: 255, autoComplete: 'off' } }}
      />
      <TextField
        label="E-mail"
        type="email"
        value={email}
        onChange={(event) => props.onChange({ name, email: event.target.value })}
        slotProps={{ htmlInput: { maxLength: 254, autoComplete: 'off' } }}
      />
    </>
  )
}

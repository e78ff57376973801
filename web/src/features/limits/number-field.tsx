import TextField from '@mui/material/TextField'
import type { ReactNode } from 'react'

/** A number as text, so that it can be empty while it is typed; the browser checks its bounds when it is sent. */
export function NumberField(props: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly min: number
  readonly max: number
  readonly step?: number | 'any'
  readonly required?: boolean
  readonly helperText?: string
}): ReactNode {
  const { min, max, step = 1 } = props
  return (
    <TextField
      label={props.label}
      type="number"
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
      required={props.required ?? true}
      helperText={props.helperText}
      fullWidth
      slotProps={{ htmlInput: { min, max, step, inputMode: 'decimal' } }}
    />
  )
}

import TextField from '@mui/material/TextField'
import { type ReactNode, useEffect, useEffectEvent, useState } from 'react'
import { useRested } from './time.tsx'

/** Milliseconds without a keystroke before a typed filter is looked up. */
const restMs = 350

/** A filter that is typed: told once the typing rests. */
export function TypedFilter(props: {
  readonly label: string
  readonly value: string
  readonly placeholder?: string
  readonly onChange: (text: string) => void
}): ReactNode {
  const [text, setText] = useState(props.value)
  const rested = useRested(text, restMs)
  const apply = useEffectEvent((typed: string) => {
    if (typed.trim() !== props.value) props.onChange(typed.trim())
  })
  useEffect(() => apply(rested), [rested])
  // Cleared or changed from outside, by the address or a button.
  useEffect(() => setText(props.value), [props.value])
  return (
    <TextField
      label={props.label}
      value={text}
      placeholder={props.placeholder ?? ''}
      slotProps={{ inputLabel: { shrink: true } }}
      onChange={(event) => setText(event.target.value)}
    />
  )
}

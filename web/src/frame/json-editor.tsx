import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import type { ReactNode } from 'react'
import { monospace } from '../theme/theme.ts'
import { parseObject, prettyJson } from './json-text.ts'

/** A JSON object as text. The owner keeps the text and reads it with `parseObject`. */
export function JsonEditor(props: {
  readonly label: string
  readonly text: string
  readonly onChange: (text: string) => void
  readonly minRows?: number
  readonly maxRows?: number
  readonly autoFocus?: boolean
}): ReactNode {
  const parsed = parseObject(props.text)
  return (
    <Box>
      <TextField
        label={props.label}
        value={props.text}
        onChange={(event) => props.onChange(event.target.value)}
        multiline
        fullWidth
        minRows={props.minRows ?? 6}
        maxRows={props.maxRows ?? 18}
        error={!parsed.ok}
        helperText={parsed.ok ? 'A JSON object' : parsed.message}
        autoFocus={props.autoFocus ?? false}
        slotProps={{
          input: { sx: { fontFamily: monospace, fontSize: '0.8125rem', lineHeight: 1.55 } },
          htmlInput: { spellCheck: false, autoCapitalize: 'off', autoCorrect: 'off' },
        }}
      />
      <Button
        size="small"
        sx={{ mt: 0.5 }}
        disabled={!parsed.ok}
        onClick={() => props.onChange(prettyJson(props.text))}
      >
        Format
      </Button>
    </Box>
  )
}

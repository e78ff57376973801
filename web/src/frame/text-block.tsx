import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { monospace } from '../theme/theme.ts'
import { CopyButton } from './copyable.tsx'

/** Longer texts stand on the page as far as they help; the copy has all. */
const mostLetters = 20_000

/** A text as it is, with its title and a button that copies it. */
export function TextBlock(props: {
  readonly title: string
  /** Undefined: there is none. */
  readonly text: string | undefined
  /** In words, where there is no text. */
  readonly missing?: string
}): ReactNode {
  const { title, text } = props
  return (
    <Box component="section" aria-label={title} sx={{ mb: 2 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5, mb: 0.5 }}>
        <Typography variant="body2" component="h3" sx={{ fontWeight: 600 }}>
          {title}
        </Typography>
        {text !== undefined && <CopyButton text={text} label={title.toLowerCase()} />}
      </Box>
      {text === undefined ? (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {props.missing ?? 'None'}
        </Typography>
      ) : (
        <Box
          component="pre"
          // Scrolls: in reach of the keyboard.
          tabIndex={0}
          sx={{
            m: 0,
            p: 1.5,
            maxHeight: 360,
            overflow: 'auto',
            borderRadius: 1,
            fontFamily: monospace,
            fontSize: '0.75rem',
            lineHeight: 1.5,
            whiteSpace: 'pre-wrap',
            overflowWrap: 'anywhere',
            background: 'var(--braid-palette-background-default)',
          }}
        >
          {text.length > mostLetters
            ? `${text.slice(0, mostLetters)}\n… ${(text.length - mostLetters).toLocaleString()} more characters`
            : text}
        </Box>
      )}
    </Box>
  )
}

import type { TaskOutput } from '@braid/contract/dag-run.ts'
import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import type { ReactNode } from 'react'
import { monospace } from '../theme/theme.ts'
import { labelOf, textOf } from './log-text.ts'

const colours: Record<ReturnType<typeof labelOf>, string> = {
  stdout: 'text.secondary',
  stderr: 'warning.main',
  debug: 'text.secondary',
  info: 'info.main',
  warn: 'warning.main',
  error: 'error.main',
}

const clock = (timestamp: string): string =>
  new Date(timestamp).toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hour12: false,
  })

/** One line of a log, or what a script wrote at once; the title leads to the task that wrote it. */
export function LogLine(props: {
  readonly entry: TaskOutput
  /** Of the node, where lines of several stand together. */
  readonly title?: string
  readonly onTask?: () => void
}): ReactNode {
  const { timestamp } = props.entry
  const label = labelOf(props.entry)
  return (
    <Box
      sx={{
        display: 'flex',
        alignItems: 'baseline',
        gap: 1.25,
        px: { xs: 2, md: 3 },
        py: '1px',
        fontFamily: monospace,
        fontSize: '0.75rem',
        lineHeight: 1.6,
      }}
    >
      <Box component="time" dateTime={timestamp} sx={{ color: 'text.secondary', flexShrink: 0 }}>
        {clock(timestamp)}
      </Box>
      <Box component="span" sx={{ color: colours[label], width: 46, flexShrink: 0, fontWeight: 600 }}>
        {label}
      </Box>
      {props.title !== undefined && (
        <ButtonBase
          onClick={props.onTask}
          sx={{
            font: 'inherit',
            color: 'text.secondary',
            flexShrink: 0,
            maxWidth: { xs: 90, md: 180 },
            overflow: 'hidden',
            textOverflow: 'ellipsis',
            whiteSpace: 'nowrap',
            display: 'inline-block',
            '&:hover': { textDecoration: 'underline' },
          }}
        >
          {props.title}
        </ButtonBase>
      )}
      <Box component="span" sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', minWidth: 0 }}>
        {textOf(props.entry)}
      </Box>
    </Box>
  )
}

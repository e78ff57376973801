import Box from '@mui/material/Box'
import type { Theme } from '@mui/material/styles'
import type { ReactNode } from 'react'
import { VirtualList } from '../frame/virtual-list.tsx'
import { visuallyHidden } from '../frame/visually-hidden.ts'
import { monospace } from '../theme/theme.ts'
import { spansOf } from './ansi.ts'
import type { Output, OutputLine } from './output.ts'

const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const

type Palette = {
  readonly normal: readonly string[]
  readonly bright: readonly string[]
}

/** Each stands out from the page by 4.5 : 1 and more, errors included. */
const onLight: Palette = {
  normal: ['#18222a', '#bd3027', '#26764a', '#8a5a00', '#1f5fbf', '#8a3fa0', '#0f6f8c', '#5f6a71'],
  bright: ['#566169', '#c43a30', '#25794a', '#965c06', '#2c6ac9', '#9648ae', '#13718c', '#616c73'],
}
const onDark: Palette = {
  normal: ['#8a979e', '#f0857b', '#6fc792', '#e9b25c', '#7fb0f5', '#d79be8', '#6cc3d5', '#c4ced2'],
  bright: ['#a3b0b6', '#ffa8a0', '#94e0b1', '#ffd084', '#a6c9fb', '#e9bdf5', '#97dfec', '#ffffff'],
}

const variables = ({ normal, bright }: Palette) =>
  Object.fromEntries(
    names.flatMap((name, index) => [
      [`--ansi-${name}`, normal[index]],
      [`--ansi-bright-${name}`, bright[index]],
    ]),
  )

const colours = (theme: Theme) => ({ ...variables(onLight), ...theme.applyStyles('dark', variables(onDark)) })

/** What a run wrote, as it comes; it stays at the end until the person scrolls up. */
export function OutputView({ output }: { readonly output: Output }): ReactNode {
  return (
    <Box
      sx={[
        {
          height: '100%',
          background: 'var(--braid-palette-background-paper)',
          py: 0.5,
          boxSizing: 'border-box',
        },
        colours,
      ]}
    >
      <VirtualList items={output.lines} label="Output" keyOf={keyOf} rowHeight={20} measured follow>
        {(line) => <Line line={line} />}
      </VirtualList>
    </Box>
  )
}

const keyOf = ({ number }: OutputLine): string => String(number)

function Line({ line }: { readonly line: OutputLine }): ReactNode {
  const isError = line.stream === 'stderr'
  if (line.stream === 'note')
    return (
      <Box
        sx={{
          px: 2,
          py: 0.25,
          my: 0.25,
          fontSize: '0.75rem',
          fontWeight: 600,
          color: 'warning.main',
          background: 'color-mix(in srgb, var(--braid-palette-warning-main) 10%, transparent)',
        }}
      >
        {line.text}
      </Box>
    )
  return (
    <Box
      data-stream={line.stream}
      sx={{
        px: 1.5,
        ml: 0.5,
        minHeight: 20,
        borderLeft: 3,
        borderColor: isError ? 'error.main' : 'transparent',
        background: isError ? 'color-mix(in srgb, var(--braid-palette-error-main) 7%, transparent)' : 'none',
        fontFamily: monospace,
        fontSize: '0.8125rem',
        lineHeight: '20px',
        whiteSpace: 'pre-wrap',
        overflowWrap: 'anywhere',
        tabSize: 4,
      }}
    >
      {isError && (
        <Box component="span" sx={visuallyHidden}>
          {'stderr: '}
        </Box>
      )}
      {spansOf(line.style, line.text).map(({ at, text, style }) => (
        <span key={at} style={style}>
          {text}
        </span>
      ))}
      {line.cut > 0 && (
        <Box component="span" sx={{ color: 'warning.main', fontWeight: 600 }}>
          {` … ${line.cut.toLocaleString('en')} more characters in this line`}
        </Box>
      )}
    </Box>
  )
}

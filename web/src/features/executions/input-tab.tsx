import type { ExecutionDetail } from '@braid/contract/execution.ts'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { CopyButton } from '../../frame/copyable.tsx'
import { JsonBlock } from '../../frame/json-block.tsx'
import { durationText } from '../../frame/time-text.ts'
import { priorityNames } from '../../script/execution-state.ts'
import { monospace } from '../../theme/theme.ts'

/** Longer texts stand on the page as far as they help; the copy has all. */
const mostLetters = 20_000

/** What the run was given. */
export function InputTab({ run }: { readonly run: ExecutionDetail }): ReactNode {
  const { stdin, input } = run
  return (
    <Box sx={{ height: '100%', overflow: 'auto', px: { xs: 2, md: 3 }, py: 2, boxSizing: 'border-box' }}>
      <Typography variant="body2" sx={{ mb: 2 }}>
        {priorityNames[run.priority]} priority, at most {durationText(run.timeoutMs)}
      </Typography>
      <JsonBlock title="Input" value={Object.keys(input).length === 0 ? undefined : input} />
      <Box component="section" aria-label="Standard input">
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5, mb: 0.5 }}>
          <Typography variant="body2" component="h3" sx={{ fontWeight: 600 }}>
            Standard input
          </Typography>
          {stdin !== '' && <CopyButton text={stdin} label="the standard input" />}
        </Box>
        {stdin === '' ? (
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            None
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
              whiteSpace: 'pre-wrap',
              overflowWrap: 'anywhere',
              background: 'var(--braid-palette-background-default)',
            }}
          >
            {stdin.length > mostLetters
              ? `${stdin.slice(0, mostLetters)}\n… ${(stdin.length - mostLetters).toLocaleString()} more characters`
              : stdin}
          </Box>
        )}
      </Box>
    </Box>
  )
}

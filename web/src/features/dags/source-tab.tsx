import type { DagDetail } from '@braid/contract/dag.ts'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { CopyButton } from '../../frame/copyable.tsx'
import { monospace } from '../../theme/theme.ts'

/** What was deployed, as it was written. */
export function SourceTab({ dag }: { readonly dag: DagDetail }): ReactNode {
  return (
    <Box sx={{ p: { xs: 2, md: 4 } }}>
      <Box sx={{ display: 'flex', alignItems: 'center', justifyContent: 'space-between', mb: 1 }}>
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {dag.application === undefined
            ? 'As it was deployed'
            : `Made by the application ${dag.application}: change it there`}
        </Typography>
        <CopyButton text={dag.source} label="the source" />
      </Box>
      <Box
        component="pre"
        // Scrolls sideways: in reach of the keyboard.
        tabIndex={0}
        aria-label="Source"
        sx={{
          m: 0,
          p: 2,
          overflow: 'auto',
          borderRadius: 1,
          border: 1,
          borderColor: 'divider',
          background: 'var(--braid-palette-background-paper)',
          fontFamily: monospace,
          fontSize: '0.8125rem',
          lineHeight: 1.55,
        }}
      >
        {dag.source}
      </Box>
    </Box>
  )
}

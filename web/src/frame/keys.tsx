import Box from '@mui/material/Box'
import type { ReactNode } from 'react'

/** Key caps. */
export function Keys({ keys }: { readonly keys: readonly string[] }): ReactNode {
  return (
    <Box component="span" sx={{ display: 'inline-flex', gap: 0.5 }}>
      {keys.map((key) => (
        <Box
          key={key}
          component="kbd"
          sx={{
            font: 'inherit',
            fontSize: '0.7188rem',
            lineHeight: 1,
            px: 0.75,
            py: 0.5,
            borderRadius: 0.75,
            border: 1,
            borderColor: 'divider',
            color: 'text.secondary',
            background: 'var(--braid-palette-background-default)',
          }}
        >
          {key}
        </Box>
      ))}
    </Box>
  )
}

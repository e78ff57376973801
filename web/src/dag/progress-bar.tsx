import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'

/** How far something is, 0 to 1, as a bar and a number. */
export function ProgressBar(props: { readonly value: number; readonly label: string }): ReactNode {
  const percent = Math.round(Math.min(1, Math.max(0, props.value)) * 100)
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minWidth: 96 }}>
      <Box
        role="progressbar"
        aria-label={props.label}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        sx={{
          flex: 1,
          height: 6,
          borderRadius: 3,
          overflow: 'hidden',
          background: 'var(--braid-palette-divider)',
        }}
      >
        <Box
          sx={{
            height: '100%',
            width: `${percent}%`,
            bgcolor: 'info.main',
            transition: 'width 200ms linear',
          }}
        />
      </Box>
      <Typography variant="caption" component="span" sx={{ color: 'text.secondary', minWidth: 30 }}>
        {percent} %
      </Typography>
    </Box>
  )
}

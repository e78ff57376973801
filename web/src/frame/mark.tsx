import Box from '@mui/material/Box'
import type { ReactNode } from 'react'

/** Braid's sign: two strands. */
export function Mark({ size = 28 }: { readonly size?: number }): ReactNode {
  return (
    <Box component="svg" viewBox="0 0 32 32" aria-hidden sx={{ width: size, height: size, flexShrink: 0 }}>
      <rect width="32" height="32" rx="8" fill="#0f4c5c" />
      <g fill="none" strokeLinecap="round" strokeWidth="3">
        <path d="M6 10c7 0 7 12 13 12h7" stroke="#7fd1d8" />
        <path d="M6 22c7 0 7-12 13-12h7" stroke="#f4b860" />
      </g>
    </Box>
  )
}

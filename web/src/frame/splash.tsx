import Box from '@mui/material/Box'
import type { ReactNode } from 'react'
import { Mark } from './mark.tsx'

/** Before anything is known. */
export function Splash(): ReactNode {
  return (
    <Box
      role="status"
      aria-label="Loading"
      sx={{ height: '100dvh', display: 'grid', placeItems: 'center', opacity: 0.7 }}
    >
      <Mark size={44} />
    </Box>
  )
}

import Box from '@mui/material/Box'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { type ConnectionState, useConnection } from '../live/connection.ts'

const looks: Record<
  ConnectionState,
  { readonly label: string; readonly colour: string; readonly hint: string }
> = {
  live: { label: 'Live', colour: 'success.main', hint: 'Connected: what you see is current' },
  reconnecting: {
    label: 'Reconnecting',
    colour: 'warning.main',
    hint: 'The live stream was cut and is being opened again',
  },
  lost: { label: 'No connection', colour: 'error.main', hint: 'The server can’t be reached; trying again' },
}

/** Whether this page is current. */
export function LiveDot(): ReactNode {
  const { label, colour, hint } = looks[useConnection()]
  return (
    <Tooltip title={hint}>
      <Box role="status" sx={{ display: 'flex', alignItems: 'center', gap: 0.75, px: 1 }}>
        <Box
          sx={{
            width: 8,
            height: 8,
            borderRadius: '50%',
            bgcolor: colour,
            boxShadow: '0 0 0 3px color-mix(in srgb, currentColor 20%, transparent)',
            color: colour,
          }}
        />
        <Typography variant="caption" sx={{ color: 'text.secondary', fontWeight: 550 }}>
          {label}
        </Typography>
      </Box>
    </Tooltip>
  )
}

import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { CancelIcon } from '../../frame/icons.tsx'

/** A small pane over the graph, about the node that is selected. */
export function DetailPane(props: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}): ReactNode {
  return (
    <Paper
      variant="outlined"
      component="aside"
      aria-label={props.title}
      sx={{
        position: 'absolute',
        top: 12,
        right: 12,
        width: 280,
        maxWidth: 'calc(100% - 24px)',
        maxHeight: 'calc(100% - 24px)',
        overflow: 'auto',
        p: 2,
        zIndex: 6,
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 1, mb: 1 }}>
        <Typography variant="h2" sx={{ flex: 1, overflowWrap: 'anywhere' }}>
          {props.title}
        </Typography>
        <IconButton size="small" aria-label="Close" onClick={props.onClose}>
          <CancelIcon fontSize="small" />
        </IconButton>
      </Box>
      <Box component="dl" sx={{ m: 0 }}>
        {props.children}
      </Box>
    </Paper>
  )
}

export function Detail(props: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <Box sx={{ mb: 1 }}>
      <Typography component="dt" variant="caption" sx={{ color: 'text.secondary' }}>
        {props.name}
      </Typography>
      <Typography component="dd" variant="body2" sx={{ m: 0, overflowWrap: 'anywhere' }}>
        {props.children}
      </Typography>
    </Box>
  )
}

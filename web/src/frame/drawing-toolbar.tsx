import IconButton from '@mui/material/IconButton'
import Paper from '@mui/material/Paper'
import Tooltip from '@mui/material/Tooltip'
import type { ReactNode } from 'react'
import { AddIcon, FitIcon, OutlineIcon, RemoveIcon } from './icons.tsx'

/** Over a drawing: zooms it and opens its outline. */
export function DrawingToolbar(props: {
  readonly label: string
  /** What the outline lists: "elements". */
  readonly listed: string
  readonly onZoom: (step: 'in' | 'out' | 'fit') => void
  readonly outlineOpen: boolean
  readonly onOutline: () => void
  /** Above whatever the drawing itself puts in layers. */
  readonly zIndex: number
  /** Further buttons. */
  readonly children?: ReactNode
}): ReactNode {
  const { listed, onZoom, outlineOpen, zIndex } = props
  return (
    <Paper
      variant="outlined"
      role="toolbar"
      aria-label={props.label}
      sx={{ position: 'absolute', left: 12, bottom: 12, display: 'flex', p: 0.25, zIndex }}
    >
      <ToolButton label="Zoom in" onClick={() => onZoom('in')}>
        <AddIcon fontSize="small" />
      </ToolButton>
      <ToolButton label="Zoom out" onClick={() => onZoom('out')}>
        <RemoveIcon fontSize="small" />
      </ToolButton>
      <ToolButton label="Fit into view" onClick={() => onZoom('fit')}>
        <FitIcon fontSize="small" />
      </ToolButton>
      <ToolButton
        label={outlineOpen ? `Hide the list of ${listed}` : `List the ${listed}`}
        pressed={outlineOpen}
        onClick={props.onOutline}
      >
        <OutlineIcon fontSize="small" />
      </ToolButton>
      {props.children}
    </Paper>
  )
}

function ToolButton(props: {
  readonly label: string
  readonly onClick: () => void
  readonly pressed?: boolean
  readonly children: ReactNode
}): ReactNode {
  return (
    <Tooltip title={props.label}>
      <IconButton
        size="small"
        aria-label={props.label}
        onClick={props.onClick}
        {...(props.pressed === undefined ? {} : { 'aria-pressed': props.pressed })}
      >
        {props.children}
      </IconButton>
    </Tooltip>
  )
}

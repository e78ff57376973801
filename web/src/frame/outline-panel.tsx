import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import type { ReactNode } from 'react'
import { moveFocus } from './move-focus.ts'
import { visuallyHidden } from './visually-hidden.ts'

const hiddenUntilFocused = { '&:not(:focus-within)': visuallyHidden } as const

/** Beside a drawing, what it shows in words. Arrow keys go up and down. */
export function OutlinePanel(props: {
  readonly label: string
  /** Closed, it stays readable for screen readers and opens while the keyboard is in it. */
  readonly open: boolean
  /** On a phone, when it stands in for the drawing. */
  readonly fullWidth?: boolean
  readonly children: ReactNode
}): ReactNode {
  const { fullWidth = false } = props
  return (
    <Box
      component="nav"
      aria-label={props.label}
      onKeyDown={(event) => moveFocus(event, 'button')}
      sx={{
        width: { xs: fullWidth ? '100%' : 264, sm: 264 },
        flexShrink: fullWidth ? { xs: 1, sm: 0 } : 0,
        overflow: 'auto',
        borderRight: 1,
        borderColor: 'divider',
        p: 1,
        background: 'var(--braid-palette-background-paper)',
        zIndex: 1,
        ...(props.open ? {} : hiddenUntilFocused),
      }}
    >
      {props.children}
    </Box>
  )
}

export function OutlineButton(props: {
  readonly entryId: string
  /** How many others it lies in. */
  readonly depth: number
  readonly selected: string | undefined
  /** Without it, there is nothing to choose. */
  readonly onSelect: ((entryId: string | undefined) => void) | undefined
  readonly children: ReactNode
}): ReactNode {
  const { entryId, onSelect } = props
  const isSelected = props.selected === entryId
  return (
    <ButtonBase
      aria-pressed={isSelected}
      disabled={onSelect === undefined}
      onClick={() => onSelect?.(isSelected ? undefined : entryId)}
      sx={{
        display: 'block',
        width: '100%',
        textAlign: 'left',
        borderRadius: 1,
        pl: 1 + props.depth * 2,
        pr: 1,
        py: 0.5,
        background: isSelected ? 'var(--braid-palette-action-selected)' : 'none',
        '&:hover': { background: 'var(--braid-palette-action-hover)' },
      }}
    >
      {props.children}
    </ButtonBase>
  )
}

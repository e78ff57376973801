import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import Typography from '@mui/material/Typography'
import type { KeyboardEvent, ReactNode } from 'react'
import { visuallyHidden } from '../frame/visually-hidden.ts'
import type { OutlineEntry } from './outline-model.ts'
import type { DiagramMarks, ElementMark } from './viewer.ts'

type OutlineProps = {
  readonly entries: readonly OutlineEntry[]
  readonly marks: DiagramMarks
  readonly selected: string | undefined
  /** Closed, it stays readable for screen readers and opens while the keyboard is in it. */
  readonly open: boolean
  /** On a phone, when it stands in for the drawing. */
  readonly fullWidth: boolean
  readonly onSelect?: (element: string | undefined) => void
}

const hiddenUntilFocused = { '&:not(:focus-within)': visuallyHidden } as const

function stateInWords(mark: ElementMark | undefined): string | undefined {
  if (mark === undefined) return undefined
  const parts = [
    mark.incidents > 0 ? `${mark.incidents} incident${mark.incidents > 1 ? 's' : ''}` : undefined,
    mark.active > 0 ? `${mark.active} active` : undefined,
    mark.completed > 0 ? `${mark.completed} done` : undefined,
  ].filter((part) => part !== undefined)
  return parts.length > 0 ? parts.join(', ') : undefined
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  const index = buttons.findIndex((button) => button.matches(':focus'))
  const next = buttons[index + (event.key === 'ArrowDown' ? 1 : -1)]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}

/** The diagram in words: every element in flow order with what happens there. Arrow keys go up and down. */
export function Outline(props: OutlineProps): ReactNode {
  return (
    <Box
      component="nav"
      aria-label="Elements of the diagram"
      onKeyDown={moveFocus}
      sx={{
        width: { xs: props.fullWidth ? '100%' : 264, sm: 264 },
        flexShrink: props.fullWidth ? { xs: 1, sm: 0 } : 0,
        overflow: 'auto',
        borderRight: 1,
        borderColor: 'divider',
        p: 1,
        background: 'var(--braid-palette-background-paper)',
        zIndex: 1,
        ...(props.open ? {} : hiddenUntilFocused),
      }}
    >
      <OutlineLevel {...props} depth={0} />
    </Box>
  )
}

function OutlineLevel(props: OutlineProps & { readonly depth: number }): ReactNode {
  return (
    <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {props.entries.map((entry) => (
        <li key={entry.id}>
          <OutlineButton entry={entry} {...props} />
          {entry.children.length > 0 && (
            <OutlineLevel {...props} entries={entry.children} depth={props.depth + 1} />
          )}
        </li>
      ))}
    </Box>
  )
}

function OutlineButton(
  props: OutlineProps & { readonly depth: number; readonly entry: OutlineEntry },
): ReactNode {
  const { entry, selected, onSelect, depth } = props
  const mark = props.marks.elements.get(entry.id)
  const state = stateInWords(mark)
  const isSelected = selected === entry.id
  return (
    <ButtonBase
      aria-pressed={isSelected}
      disabled={onSelect === undefined}
      onClick={() => onSelect?.(isSelected ? undefined : entry.id)}
      sx={{
        display: 'block',
        width: '100%',
        textAlign: 'left',
        borderRadius: 1,
        pl: 1 + depth * 2,
        pr: 1,
        py: 0.5,
        background: isSelected ? 'var(--braid-palette-action-selected)' : 'none',
        '&:hover': { background: 'var(--braid-palette-action-hover)' },
      }}
    >
      <Typography
        variant="body2"
        component="span"
        noWrap
        sx={{ display: 'block', fontWeight: mark !== undefined && mark.active > 0 ? 650 : 400 }}
      >
        {entry.name}
      </Typography>
      <Typography
        variant="caption"
        component="span"
        noWrap
        sx={{
          display: 'block',
          color: mark !== undefined && mark.incidents > 0 ? 'error.main' : 'text.secondary',
        }}
      >
        {entry.kind}
        {state === undefined ? '' : ` · ${state}`}
      </Typography>
    </ButtonBase>
  )
}

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { OutlineButton, OutlinePanel } from '../frame/outline-panel.tsx'
import type { OutlineEntry } from './outline-model.ts'
import type { DiagramMarks, ElementMark } from './viewer.ts'

type OutlineProps = {
  readonly entries: readonly OutlineEntry[]
  readonly marks: DiagramMarks
  readonly selected: string | undefined
  readonly open: boolean
  readonly fullWidth: boolean
  readonly onSelect?: (element: string | undefined) => void
}

function stateInWords(mark: ElementMark | undefined): string | undefined {
  if (mark === undefined) return undefined
  const parts = [
    mark.incidents > 0 ? `${mark.incidents} incident${mark.incidents > 1 ? 's' : ''}` : undefined,
    mark.active > 0 ? `${mark.active} active` : undefined,
    mark.completed > 0 ? `${mark.completed} done` : undefined,
  ].filter((part) => part !== undefined)
  return parts.length > 0 ? parts.join(', ') : undefined
}

/** The diagram in words: every element in flow order with what happens there. */
export function Outline(props: OutlineProps): ReactNode {
  return (
    <OutlinePanel label="Elements of the diagram" open={props.open} fullWidth={props.fullWidth}>
      <OutlineLevel {...props} depth={0} />
    </OutlinePanel>
  )
}

function OutlineLevel(props: OutlineProps & { readonly depth: number }): ReactNode {
  return (
    <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {props.entries.map((entry) => (
        <li key={entry.id}>
          <Entry entry={entry} {...props} />
          {entry.children.length > 0 && (
            <OutlineLevel {...props} entries={entry.children} depth={props.depth + 1} />
          )}
        </li>
      ))}
    </Box>
  )
}

function Entry(props: OutlineProps & { readonly depth: number; readonly entry: OutlineEntry }): ReactNode {
  const { entry, selected, onSelect, depth } = props
  const mark = props.marks.elements.get(entry.id)
  const state = stateInWords(mark)
  return (
    <OutlineButton entryId={entry.id} depth={depth} selected={selected} onSelect={onSelect}>
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
    </OutlineButton>
  )
}

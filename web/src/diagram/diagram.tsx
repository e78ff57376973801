import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import CircularProgress from '@mui/material/CircularProgress'
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react'
import { DrawingToolbar } from '../frame/drawing-toolbar.tsx'
import { Outline } from './outline.tsx'
import type { OutlineEntry } from './outline-model.ts'
import type { DiagramMarks, DiagramViewer, LoadedDiagram } from './viewer.ts'

type DiagramProps = {
  readonly xml: string
  /** The process of the file that the outline lists. */
  readonly processId: string
  /** Read by screen readers: "Diagram of Order process". */
  readonly label: string
  readonly marks?: DiagramMarks
  readonly selected?: string | undefined
  readonly onSelect?: (element: string | undefined) => void
  /** Calls back with the flows that tokens take from now on; returns how to stop. */
  readonly subscribeMoves?: (listener: (flows: readonly string[]) => void) => () => void
  /** Told once per diagram: names and kinds of its elements. */
  readonly onOutline?: (entries: readonly OutlineEntry[]) => void
}

type Status = { readonly loaded?: LoadedDiagram; readonly failure?: string }

const noMarks: DiagramMarks = { elements: new Map(), flows: new Set() }

/** A BPMN diagram with its outline. bpmn-js comes in its own chunk, asked for when the first diagram is shown. */
export function Diagram(props: DiagramProps): ReactNode {
  const { xml, processId, label, marks = noMarks, selected, onSelect, subscribeMoves } = props
  const container = useRef<HTMLDivElement>(null)
  const viewer = useRef<DiagramViewer>(undefined)
  const [status, setStatus] = useState<Status>({})
  const [outlineOpen, setOutlineOpen] = useState(false)
  const select = useEffectEvent((element: string | undefined) => onSelect?.(element))
  const catchUp = useEffectEvent((fresh: DiagramViewer, loaded: LoadedDiagram) => {
    fresh.mark(marks)
    fresh.select(selected)
    props.onOutline?.(loaded.outline)
  })

  useEffect(() => {
    const parent = container.current
    if (parent === null) return
    let gone = false
    let made: DiagramViewer | undefined
    setStatus({})
    import('./viewer.ts')
      .then(async ({ createViewer }) => {
        if (gone) return
        made = createViewer(parent, select)
        const loaded = await made.load(xml, processId)
        if (gone) return
        viewer.current = made
        catchUp(made, loaded)
        setStatus({ loaded })
        if (loaded.drawn === 'some') setOutlineOpen(true)
      })
      .catch((error: unknown) => {
        if (!gone) setStatus({ failure: error instanceof Error ? error.message : String(error) })
      })
    return () => {
      gone = true
      viewer.current = undefined
      made?.destroy()
    }
  }, [xml, processId])

  useEffect(() => viewer.current?.mark(marks), [marks])
  useEffect(() => viewer.current?.select(selected), [selected])
  useEffect(() => subscribeMoves?.((flows) => viewer.current?.move(flows)), [subscribeMoves])

  const listOnly = status.loaded?.drawn === 'none'
  return (
    <Box
      component="section"
      aria-label={label}
      sx={{
        position: 'relative',
        height: '100%',
        minHeight: 0,
        display: 'flex',
        // Beside each other they need more than a phone has.
        flexDirection: { xs: listOnly ? 'column-reverse' : 'row', sm: 'row' },
      }}
    >
      {status.loaded !== undefined && (
        <Outline
          entries={status.loaded.outline}
          marks={marks}
          selected={selected}
          open={outlineOpen || listOnly}
          fullWidth={listOnly}
          {...(onSelect === undefined ? {} : { onSelect })}
        />
      )}
      <Box sx={{ position: 'relative', flex: listOnly ? { xs: '0 0 120px', sm: 1 } : 1, minWidth: 0 }}>
        <Box ref={container} className="braid-diagram" sx={{ position: 'absolute', inset: 0 }} />
        <StatusMessage status={status} />
        {(status.loaded?.drawn === 'all' || status.loaded?.drawn === 'some') && (
          <DrawingToolbar
            label="Diagram"
            listed="elements"
            zIndex={2}
            onZoom={(step) => viewer.current?.zoom(step)}
            outlineOpen={outlineOpen}
            onOutline={() => setOutlineOpen((open) => !open)}
          />
        )}
      </Box>
    </Box>
  )
}

function StatusMessage({ status }: { readonly status: Status }): ReactNode {
  if (status.failure !== undefined)
    return (
      <Centered>
        <Alert severity="error">The diagram can't be shown: {status.failure}</Alert>
      </Centered>
    )
  if (status.loaded === undefined)
    return (
      <Centered>
        <CircularProgress size={28} aria-label="Loading the diagram" />
      </Centered>
    )
  switch (status.loaded.drawn) {
    case 'all':
      return null
    case 'some':
      return (
        <Centered at="top">
          <Alert severity="info">This file does not draw all elements. The list has every one of them.</Alert>
        </Centered>
      )
    case 'none':
      return (
        <Centered>
          <Alert severity="info">This file carries no drawing. Its elements are in the list.</Alert>
        </Centered>
      )
  }
}

function Centered(props: { readonly children: ReactNode; readonly at?: 'top' }): ReactNode {
  return (
    <Box
      sx={{
        position: 'absolute',
        inset: 0,
        display: 'grid',
        placeItems: props.at === 'top' ? 'start center' : 'center',
        pointerEvents: 'none',
        p: 3,
      }}
    >
      {props.children}
    </Box>
  )
}

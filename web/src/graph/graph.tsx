import type { DagGraph } from '@braid/contract/dag.ts'
import Box from '@mui/material/Box'
import CircularProgress from '@mui/material/CircularProgress'
import { lazy, type ReactNode, type Ref, Suspense, useRef, useState } from 'react'
import { DrawingToolbar } from '../frame/drawing-toolbar.tsx'
import type { FlowHandle } from './flow.tsx'
import type { Marks } from './marks.ts'
import { Outline } from './outline.tsx'

const Flow = lazy(async () => ({ default: (await import('./flow.tsx')).Flow }))

export type GraphProps = {
  readonly graph: DagGraph
  /** Read by screen readers: "Graph of Monthly report". */
  readonly label: string
  readonly marks?: Marks
  readonly selected: string | undefined
  readonly onSelect: (node: string | undefined) => void
  /** Further buttons of the toolbar. */
  readonly tools?: ReactNode
}

const noMarks: Marks = new Map()

/** The graph of a DAG with its outline. What draws it comes in a chunk of its own when the first graph is shown. */
export function Graph(props: GraphProps): ReactNode {
  const { graph, label, marks = noMarks, selected, onSelect } = props
  const [outlineOpen, setOutlineOpen] = useState(false)
  const flow = useRef<FlowHandle>(null)
  return (
    <Box
      component="section"
      aria-label={label}
      sx={{ position: 'relative', height: '100%', minHeight: 0, display: 'flex' }}
    >
      <Outline graph={graph} marks={marks} selected={selected} open={outlineOpen} onSelect={onSelect} />
      <Box sx={{ position: 'relative', flex: 1, minWidth: 0 }}>
        <Suspense fallback={<Loading />}>
          <Flow
            ref={flow as Ref<FlowHandle>}
            graph={graph}
            marks={marks}
            selected={selected}
            onSelect={onSelect}
          />
        </Suspense>
        <DrawingToolbar
          label="Graph"
          listed="nodes"
          zIndex={5}
          onZoom={(step) => flow.current?.zoom(step)}
          outlineOpen={outlineOpen}
          onOutline={() => setOutlineOpen(!outlineOpen)}
        >
          {props.tools}
        </DrawingToolbar>
      </Box>
    </Box>
  )
}

function Loading(): ReactNode {
  return (
    <Box sx={{ position: 'absolute', inset: 0, display: 'grid', placeItems: 'center' }}>
      <CircularProgress size={28} aria-label="Loading the graph" />
    </Box>
  )
}

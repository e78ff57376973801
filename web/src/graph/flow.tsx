/** Draws a graph with React Flow. Loaded lazily: only `graph.tsx` may ask for it. */
import type { DagGraph } from '@braid/contract/dag.ts'
import Box from '@mui/material/Box'
import { type Edge, MarkerType, Position, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react'
import { type KeyboardEvent, type ReactNode, type Ref, useImperativeHandle, useMemo, useRef } from 'react'
import '@xyflow/react/dist/base.css'
import './graph.css'
import { type DrawnNode, FlowNode, Focus } from './flow-node.tsx'
import { type Places, placesOf } from './layout.ts'
import type { Marks } from './marks.ts'
import { neighbour } from './neighbour.ts'

export type FlowHandle = { zoom(step: 'in' | 'out' | 'fit'): void }

type FlowProps = {
  readonly ref: Ref<FlowHandle>
  readonly graph: DagGraph
  readonly marks: Marks
  readonly selected: string | undefined
  readonly onSelect: (node: string | undefined) => void
}

export function Flow(props: FlowProps): ReactNode {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  )
}

const nodeTypes = { node: FlowNode }
const fitOptions = { padding: 0.12, maxZoom: 1.15 }

function Drawing({ ref, graph, marks, selected, onSelect }: FlowProps): ReactNode {
  const places = useMemo(() => placesOf(graph), [graph])
  const nodes = useMemo(() => drawnNodes(graph, places, marks, selected), [graph, places, marks, selected])
  const edges = useMemo(() => drawnEdges(graph, marks), [graph, marks])
  const container = useRef<HTMLDivElement>(null)
  const flow = useReactFlow()
  useImperativeHandle(ref, () => ({
    zoom(step) {
      if (step === 'in') void flow.zoomIn()
      else if (step === 'out') void flow.zoomOut()
      else void flow.fitView(fitOptions)
    },
  }))
  const focusTarget = selected ?? graph.nodes[0]?.id
  const go = (event: KeyboardEvent<HTMLDivElement>): void => {
    const from = (event.target as HTMLElement).closest<HTMLElement>('[data-node]')?.dataset.node
    const to = from === undefined ? undefined : neighbour(graph, places, from, event.key)
    if (to === undefined) return
    event.preventDefault()
    container.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(to)}"]`)?.focus()
  }
  return (
    <Focus value={{ target: focusTarget, onSelect }}>
      <Box ref={container} className="braid-graph" onKeyDown={go}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          fitView
          fitViewOptions={fitOptions}
          minZoom={0.1}
          maxZoom={2}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          zoomOnDoubleClick={false}
          deleteKeyCode={null}
          onPaneClick={() => onSelect(undefined)}
        />
      </Box>
    </Focus>
  )
}

function drawnNodes(
  graph: DagGraph,
  places: Places,
  marks: Marks,
  selected: string | undefined,
): DrawnNode[] {
  const parents = new Set(graph.nodes.map(({ parent }) => parent))
  // React Flow wants a parent before what is in it.
  const ordered: DagGraph['nodes'][number][] = []
  const visit = (parent: string | undefined): void => {
    for (const node of graph.nodes) {
      if (node.parent !== parent) continue
      ordered.push(node)
      if (parents.has(node.id)) visit(node.id)
    }
  }
  visit(undefined)
  return ordered.flatMap((node): DrawnNode[] => {
    const place = places.get(node.id)
    if (place === undefined) return []
    const { x, y, width, height } = place
    return [
      {
        id: node.id,
        type: 'node',
        position: { x, y },
        width,
        height,
        ...(node.parent === undefined ? {} : { parentId: node.parent }),
        // React Flow lets the pointer through nodes that it has nothing to do for.
        style: { pointerEvents: 'all' },
        sourcePosition: Position.Right,
        targetPosition: Position.Left,
        data: {
          node,
          mark: marks.get(node.id),
          isPart: parents.has(node.id),
          isSelected: node.id === selected,
        },
      },
    ]
  })
}

const marker = {
  type: MarkerType.ArrowClosed,
  width: 16,
  height: 16,
  color: 'var(--braid-graph-edge)',
} as const

function drawnEdges(graph: DagGraph, marks: Marks): Edge[] {
  return graph.edges.map(({ from, to, label }) => {
    const state = marks.get(to)?.state
    return {
      id: `${from}>${to}`,
      source: from,
      target: to,
      markerEnd: marker,
      className: state === 'skipped' ? 'braid-edge-skipped' : state === 'running' ? 'braid-edge-running' : '',
      ...(label === undefined
        ? {}
        : { label, labelBgPadding: [5, 2] as [number, number], labelBgBorderRadius: 4 }),
      // Above the parts that it crosses.
      zIndex: 1,
    }
  })
}

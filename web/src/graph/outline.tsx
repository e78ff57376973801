import type { DagGraph } from '@braid/contract/dag.ts'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { OutlineButton, OutlinePanel } from '../frame/outline-panel.tsx'
import { type GraphNode, kindNames, type Marks, markText } from './marks.ts'

type OutlineProps = {
  readonly graph: DagGraph
  readonly marks: Marks
  readonly selected: string | undefined
  readonly open: boolean
  readonly onSelect: (node: string | undefined) => void
}

/** The graph in words: every node with what it waits for and what happened there. */
export function Outline(props: OutlineProps): ReactNode {
  return (
    <OutlinePanel label="Nodes of the graph" open={props.open}>
      <Level {...props} parent={undefined} depth={0} />
    </OutlinePanel>
  )
}

type LevelProps = OutlineProps & { readonly parent: string | undefined; readonly depth: number }

function Level(props: LevelProps): ReactNode {
  const nodes = props.graph.nodes.filter(({ parent }) => parent === props.parent)
  if (nodes.length === 0) return null
  return (
    <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {nodes.map((node) => (
        <li key={node.id}>
          <Entry {...props} node={node} />
          <Level {...props} parent={node.id} depth={props.depth + 1} />
        </li>
      ))}
    </Box>
  )
}

function Entry(props: LevelProps & { readonly node: GraphNode }): ReactNode {
  const { node, graph, selected, depth, onSelect } = props
  const state = markText(props.marks.get(node.id))
  const needs = graph.edges
    .filter(({ to }) => to === node.id)
    .map(({ from, label }) => {
      const title = graph.nodes.find(({ id }) => id === from)?.title ?? from
      return label === undefined ? title : `${title} (${label})`
    })
  return (
    <OutlineButton entryId={node.id} depth={depth} selected={selected} onSelect={onSelect}>
      <Typography variant="body2" component="span" noWrap sx={{ display: 'block' }}>
        {node.title}
      </Typography>
      <Typography
        variant="caption"
        component="span"
        sx={{ display: 'block', color: 'text.secondary', lineHeight: 1.3 }}
      >
        {[kindNames[node.kind], state, needs.length === 0 ? undefined : `after ${needs.join(', ')}`]
          .filter((part) => part !== undefined)
          .join(' · ')}
      </Typography>
    </OutlineButton>
  )
}

import type { DagGraph } from '@braid/contract/dag.ts'
import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import Typography from '@mui/material/Typography'
import type { KeyboardEvent, ReactNode } from 'react'
import { visuallyHidden } from '../frame/visually-hidden.ts'
import { type GraphNode, kindNames, type Marks, markText } from './marks.ts'

type OutlineProps = {
  readonly graph: DagGraph
  readonly marks: Marks
  readonly selected: string | undefined
  /** Closed, it stays readable for screen readers and opens while the keyboard is in it. */
  readonly open: boolean
  readonly onSelect: (node: string | undefined) => void
}

const hiddenUntilFocused = { '&:not(:focus-within)': visuallyHidden } as const

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  const index = buttons.findIndex((button) => button.matches(':focus'))
  const next = buttons[index + (event.key === 'ArrowDown' ? 1 : -1)]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}

/** The graph in words: every node with what it waits for and what happened there. */
export function Outline(props: OutlineProps): ReactNode {
  return (
    <Box
      component="nav"
      aria-label="Nodes of the graph"
      onKeyDown={moveFocus}
      sx={{
        width: 264,
        flexShrink: 0,
        overflow: 'auto',
        borderRight: 1,
        borderColor: 'divider',
        p: 1,
        background: 'var(--braid-palette-background-paper)',
        zIndex: 1,
        ...(props.open ? {} : hiddenUntilFocused),
      }}
    >
      <Level {...props} parent={undefined} depth={0} />
    </Box>
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
  const { node, graph, selected } = props
  const isSelected = node.id === selected
  const state = markText(props.marks.get(node.id))
  const needs = graph.edges
    .filter(({ to }) => to === node.id)
    .map(({ from, label }) => {
      const title = graph.nodes.find(({ id }) => id === from)?.title ?? from
      return label === undefined ? title : `${title} (${label})`
    })
  return (
    <ButtonBase
      aria-pressed={isSelected}
      onClick={() => props.onSelect(isSelected ? undefined : node.id)}
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
    </ButtonBase>
  )
}

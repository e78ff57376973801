import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { createContext, type ReactNode, use } from 'react'
import {
  BranchIcon,
  DagIcon,
  type Icon,
  LoopIcon,
  ScriptIcon,
  StackIcon,
  StreamIcon,
  WorkIcon,
} from '../frame/icons.tsx'
import { lookOf } from '../frame/state-chip.tsx'
import { countsText, type GraphNode, kindNames, markText, type NodeMark } from './marks.ts'

export type DrawnNode = Node<
  {
    readonly node: GraphNode
    readonly mark: NodeMark | undefined
    readonly isPart: boolean
    readonly isSelected: boolean
  },
  'node'
>

/** The one node that Tab reaches, from which arrows lead on; and what a click does. */
export const Focus = createContext<{
  readonly target: string | undefined
  readonly onSelect: (node: string | undefined) => void
}>({ target: undefined, onSelect: () => undefined })

const icons: Record<GraphNode['kind'], Icon> = {
  task: WorkIcon,
  script: ScriptIcon,
  choice: BranchIcon,
  dag: DagIcon,
  map: StackIcon,
  generate: StreamIcon,
  repeat: LoopIcon,
}

export function FlowNode({ data }: NodeProps<DrawnNode>): ReactNode {
  const { node, mark, isPart, isSelected } = data
  const { target, onSelect } = use(Focus)
  const state = markText(mark)
  const Icon = icons[node.kind]
  const classes = [
    'braid-node',
    isPart ? 'braid-node-part' : '',
    mark === undefined ? '' : `braid-node-${mark.state}`,
  ]
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <div className={classes.join(' ')}>
        <button
          type="button"
          className="braid-node-button nopan"
          data-node={node.id}
          data-state={mark?.state}
          tabIndex={node.id === target ? 0 : -1}
          aria-pressed={isSelected}
          aria-label={[node.title, kindNames[node.kind], state]
            .filter((part) => part !== undefined)
            .join(', ')}
          onClick={() => onSelect(isSelected ? undefined : node.id)}
        >
          <span className="braid-node-title">
            <Icon sx={{ fontSize: 16, flexShrink: 0, opacity: 0.75 }} />
            <span className="braid-node-name">{node.title}</span>
            {mark !== undefined && <StateIcon mark={mark} />}
          </span>
          <span className="braid-node-about">{about(node, mark)}</span>
        </button>
        {mark?.state === 'running' && mark.progress !== undefined && (
          <span className="braid-node-progress">
            <span style={{ width: `${Math.round(mark.progress * 100)}%` }} />
          </span>
        )}
      </div>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  )
}

function StateIcon({ mark }: { readonly mark: NodeMark }): ReactNode {
  if (mark.state === 'waiting') return null
  const { icon: Icon, colour } = lookOf(mark.state)
  return <Icon sx={{ fontSize: 18, flexShrink: 0, color: colour }} />
}

/** What matters most now: what its tasks say, how many runs it had, or what it is. */
function about(node: GraphNode, mark: NodeMark | undefined): string {
  const what = node.task ?? node.dag ?? node.language ?? kindNames[node.kind]
  if (mark === undefined) return what
  const counts = countsText(mark)
  const parts = [counts, mark.said].filter((part) => part !== undefined)
  return parts.length > 0 ? parts.join(' · ') : mark.state === 'waiting' ? what : mark.state
}

import { operationUrl } from '@braid/contract/client.ts'
import type { DagDetail } from '@braid/contract/dag.ts'
import Box from '@mui/material/Box'
import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import { baseUrl } from '../../api/client.ts'
import { dagPath } from '../../dag/dag-run-state.ts'
import { ExportMenu } from '../../dag/export-menu.tsx'
import { Graph } from '../../graph/graph.tsx'
import { kindNames } from '../../graph/marks.ts'
import { Detail, DetailPane } from './node-pane.tsx'

/** The graph as deployed; a selected node says what it does. */
export function GraphTab({ dag }: { readonly dag: DagDetail }): ReactNode {
  const [selected, setSelected] = useState<string>()
  const node = dag.graph.nodes.find(({ id }) => id === selected)
  const params = { dagKey: dag.dagKey }
  const titleOf = (id: string): string => dag.graph.nodes.find((one) => one.id === id)?.title ?? id
  const list = (ids: readonly string[]): string => ids.map(titleOf).join(', ')
  return (
    <Box sx={{ position: 'relative', height: '100%', minHeight: 320 }}>
      <Graph
        graph={dag.graph}
        label={`Graph of ${dag.title}`}
        selected={selected}
        onSelect={setSelected}
        tools={
          <ExportMenu
            fileName={dag.dagId.replace('/', '-')}
            svg={operationUrl(baseUrl, 'getDagSvg', { params })}
            dot={operationUrl(baseUrl, 'getDagDot', { params })}
          />
        }
      />
      {node !== undefined && (
        <DetailPane title={node.title} onClose={() => setSelected(undefined)}>
          <Detail name="Id">
            <code>{node.id}</code>
          </Detail>
          <Detail name="Kind">{kindNames[node.kind]}</Detail>
          {node.task !== undefined && (
            <Detail name="Task">
              <code>{node.task}</code>
            </Detail>
          )}
          {node.language !== undefined && <Detail name="Language">{node.language}</Detail>}
          {node.dag !== undefined && (
            <Detail name="DAG">
              {node.dag.startsWith('=') ? (
                <code>{node.dag}</code>
              ) : (
                <Link to={dagPath(node.dag)}>{node.dag}</Link>
              )}
            </Detail>
          )}
          <Detail name="Waits for">
            {list(dag.graph.edges.filter(({ to }) => to === node.id).map(({ from }) => from)) || 'nothing'}
          </Detail>
          <Detail name="Then">
            {list(dag.graph.edges.filter(({ from }) => from === node.id).map(({ to }) => to)) || 'nothing'}
          </Detail>
        </DetailPane>
      )}
    </Box>
  )
}

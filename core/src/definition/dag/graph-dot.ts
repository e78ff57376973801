/** A graph of nodes in the DOT language of Graphviz. */
import type { DagGraph, DagGraphNode } from './graph.ts'

/** Quoted: in it, only quotes and backslashes mean something. */
const text = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replace(/\r?\n/g, '\\n')}"`

const shapes: Readonly<Record<DagGraphNode['kind'], string>> = {
  task: 'box',
  script: 'note',
  choice: 'diamond',
  dag: 'box3d',
  map: 'box',
  generate: 'box',
  repeat: 'box',
}

/** Parts are clusters. `title`: of the whole. */
export function dotOf({ nodes, edges }: DagGraph, title: string): string {
  const children = new Map<string | undefined, DagGraphNode[]>()
  for (const node of nodes) children.set(node.parent, [...(children.get(node.parent) ?? []), node])
  /** A cluster has no edges: they go to a node in it, and end at its border. */
  const within = (id: string): string => {
    const [first] = children.get(id) ?? []
    return first === undefined ? id : within(first.id)
  }
  const write = (node: DagGraphNode, indent: string): readonly string[] => {
    const inner = children.get(node.id)
    const about = new Set([node.title, node.task ?? node.dag ?? node.language ?? node.title])
    const label = text([...about].join('\n'))
    if (inner === undefined)
      return [`${indent}${text(node.id)} [label=${label}, shape=${shapes[node.kind]}];`]
    return [
      `${indent}subgraph ${text(`cluster_${node.id}`)} {`,
      `${indent}  label=${text(`${node.title} (${node.kind})`)};`,
      ...inner.flatMap((one) => write(one, `${indent}  `)),
      `${indent}}`,
    ]
  }
  const edge = ({ from, to, label }: DagGraph['edges'][number]): string => {
    const attributes = [
      ...(children.has(from) ? [`ltail=${text(`cluster_${from}`)}`] : []),
      ...(children.has(to) ? [`lhead=${text(`cluster_${to}`)}`] : []),
      ...(label === undefined ? [] : [`label=${text(label)}`]),
    ]
    const said = attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`
    return `  ${text(within(from))} -> ${text(within(to))}${said};`
  }
  return [
    `digraph ${text(title)} {`,
    '  rankdir=LR;',
    '  compound=true;',
    ...(children.get(undefined) ?? []).flatMap((node) => write(node, '  ')),
    ...edges.map(edge),
    '}',
    '',
  ].join('\n')
}

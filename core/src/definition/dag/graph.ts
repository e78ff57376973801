/** The nodes of a DAG and what leads from one to another, for drawing. */
import { parseExpression } from '../../expression/parse/parse.ts'
import type { DagModel, DagNode } from '../../model/dag.ts'
import { isFeel, sourceOf } from '../../model/feel-text.ts'
import { analyse, type Item, type Part } from './analysis.ts'
import { DagLog } from './finding.ts'
import { freeNames } from './free-names.ts'
import { ordered, withoutDetours } from './order.ts'

export type DagGraph = {
  readonly nodes: DagGraphNode[]
  readonly edges: DagGraphEdge[]
}
export type DagGraphNode = {
  readonly id: string
  readonly title: string
  readonly kind: DagNode['kind']
  /** The map, generate or repeat node around it. */
  readonly parent?: string
  /** What does it: a task, another DAG. */
  readonly task?: string
  readonly dag?: string
  /** Of a script. */
  readonly language?: string
}
export type DagGraphEdge = {
  readonly from: string
  readonly to: string
  /** The branch or condition that lets it run. */
  readonly label?: string
}

/** Of a DAG that compiles. What others on the way say already is no edge of its own, unless it has a label. */
export function graphOf(model: DagModel): DagGraph {
  const log = new DagLog()
  const { root } = analyse(model, log)
  const graph: DagGraph = { nodes: [], edges: [] }
  addPart(root, graph, log)
  return graph
}

function addPart(part: Part, graph: DagGraph, log: DagLog): void {
  const direct = withoutDetours(ordered(part, log) ?? [])
  for (const item of part.items) {
    graph.nodes.push(nodeOf(item))
    const labels = labelsOf(item)
    for (const need of item.needs) {
      const label = labels.get(need.node.id)
      if (label === undefined && direct.get(item)?.includes(need) === false) continue
      graph.edges.push({ from: need.node.id, to: item.node.id, ...(label === undefined ? {} : { label }) })
    }
  }
  for (const { inner } of part.items) if (inner !== undefined) addPart(inner, graph, log)
}

function nodeOf({ node, part }: Item): DagGraphNode {
  const parent = part.owner?.node.id
  return {
    id: node.id,
    title: node.title ?? node.id,
    kind: node.kind,
    ...(parent === undefined ? {} : { parent }),
    ...('task' in node ? { task: node.task } : {}),
    ...(node.kind === 'script' ? { language: node.script.language } : {}),
    ...(node.kind === 'dag' && !isFeel(node.dag) ? { dag: node.dag } : {}),
  }
}

/** By the node that is asked. */
function labelsOf({ node: { on, when } }: Item): ReadonlyMap<string, string> {
  const labels = new Map<string, string>()
  if (when !== undefined) {
    const source = sourceOf(when)
    const parsed = parseExpression(source)
    if (parsed.ok) for (const name of freeNames(parsed.value).keys()) labels.set(name, source)
  }
  if (on !== undefined) labels.set(on.node, on.branch)
  return labels
}

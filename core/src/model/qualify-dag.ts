/** DAGs of an application name what is theirs without saying whose it is. */
import type { DagModel, DagNode } from './dag.ts'

/** `application/name`, unless the name says an application itself. */
export const qualifiedName = (name: string, application: string): string =>
  name.includes('/') ? name : `${application}/${name}`

/** The same DAG with the application in its id and in whatever it names without one. */
export const qualifyDag = (model: DagModel, application: string): DagModel => ({
  ...model,
  id: qualifiedName(model.id, application),
  nodes: model.nodes.map((node) => qualifyNode(node, application)),
})

function qualifyNode(node: DagNode, application: string): DagNode {
  const task = 'task' in node ? { task: qualifiedName(node.task, application) } : {}
  const nodes = 'nodes' in node ? { nodes: node.nodes.map((inner) => qualifyNode(inner, application)) } : {}
  const dag =
    node.kind === 'dag' && !node.dag.startsWith('=') ? { dag: qualifiedName(node.dag, application) } : {}
  return { ...node, ...task, ...nodes, ...dag } as DagNode
}

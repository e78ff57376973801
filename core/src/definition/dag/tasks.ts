/** What is known of the tasks that nodes name. */
import type { DagModel, DagNode, JsonSchema, TaskOptions } from '../../model/dag.ts'

export type TaskSignature = {
  readonly kind: 'task' | 'generator'
  readonly input: JsonSchema
  /** Of a generator: of one item. */
  readonly output: JsonSchema
  /** Used where a node says nothing else. */
  readonly options?: TaskOptions
}

/** By `<application>/<name>`. */
export type TaskRegistry = ReadonlyMap<string, TaskSignature>

/** The same DAG, in which every node says what its task says where it said nothing itself. */
export const withTaskOptions = (model: DagModel, tasks: TaskRegistry): DagModel => ({
  ...model,
  nodes: model.nodes.map((node) => nodeWithOptions(node, tasks)),
})

function nodeWithOptions(node: DagNode, tasks: TaskRegistry): DagNode {
  const options = 'task' in node ? tasks.get(node.task)?.options : undefined
  const nodes = 'nodes' in node ? { nodes: node.nodes.map((inner) => nodeWithOptions(inner, tasks)) } : {}
  return { ...options, ...node, ...nodes } as DagNode
}

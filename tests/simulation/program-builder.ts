/** Programs written as data, without XML: nodes and flows are added, references are completed at the end. */
import type { ElementId, Expression, Flow, Node, Program } from '@braid/core/model/program.ts'

type Completed = 'incoming' | 'outgoing' | 'inputs' | 'outputs' | 'sourceType'

/** A node without what the builder fills in. */
export type NodeDraft = Node extends infer N ? (N extends Node ? Omit<N, Completed> : never) : never

export type ProgramBuilder = {
  readonly processId: string
  /** A fresh element id. */
  id(prefix: string): ElementId
  add(node: NodeDraft): ElementId
  /** Replaces a node that was added. */
  change(id: ElementId, change: (node: NodeDraft) => NodeDraft): void
  flow(source: ElementId, target: ElementId, condition?: Expression): string
  build(): Program
}

export function createProgramBuilder(processId: string): ProgramBuilder {
  const nodes = new Map<ElementId, NodeDraft>()
  const flows: Flow[] = []
  let count = 0
  return {
    processId,
    id: (prefix) => `${prefix}${++count}`,
    add: (node) => {
      if (nodes.has(node.id)) throw new Error(`element ${node.id} is there already`)
      nodes.set(node.id, node)
      return node.id
    },
    change: (id, change) => {
      const node = nodes.get(id)
      if (node === undefined) throw new Error(`no element ${id}`)
      nodes.set(id, change(node))
    },
    flow: (source, target, condition) => {
      const id = `f${flows.length + 1}`
      flows.push({ id, source, target, ...(condition === undefined ? {} : { condition }) })
      return id
    },
    build: () => ({
      format: 2,
      processId,
      nodes: [...nodes.values()].map((draft) => complete(draft, flows)),
      flows,
    }),
  }
}

function complete(draft: NodeDraft, flows: readonly Flow[]): Node {
  return {
    ...draft,
    sourceType: draft.type,
    incoming: flows.filter((flow) => flow.target === draft.id).map((flow) => flow.id),
    outgoing: flows.filter((flow) => flow.source === draft.id).map((flow) => flow.id),
    inputs: [],
    outputs: [],
  }
}

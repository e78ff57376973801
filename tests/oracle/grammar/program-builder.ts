/** Programs written as data, without XML: nodes and flows are added, references are completed at the end. */
import type { ElementId, Expression, Flow, Node, NodeType, Program } from '@braid/core/model/program.ts'

type Completed = 'incoming' | 'outgoing' | 'inputs' | 'outputs' | 'sourceType'

/** A node without what the builder fills in. */
export type NodeDraft = Node extends infer N ? (N extends Node ? Omit<N, Completed> : never) : never

export type ProgramBuilder = {
  readonly processId: string
  /** A fresh element id. */
  id(prefix: string): ElementId
  add(node: NodeDraft): ElementId
  get(id: ElementId): NodeDraft
  /** Replaces a node that was added. */
  change(id: ElementId, change: (node: NodeDraft) => NodeDraft): void
  flow(source: ElementId, target: ElementId, condition?: Expression): string
  build(): Program
}

export function createProgramBuilder(processId: string): ProgramBuilder {
  const nodes = new Map<ElementId, NodeDraft>()
  const flows: Flow[] = []
  let count = 0
  const get = (id: ElementId): NodeDraft => {
    const node = nodes.get(id)
    if (node === undefined) throw new Error(`no element ${id}`)
    return node
  }
  return {
    processId,
    id: (prefix) => `${prefix}${++count}`,
    add: (node) => {
      if (nodes.has(node.id)) throw new Error(`element ${node.id} is there already`)
      nodes.set(node.id, node)
      return node.id
    },
    get: (id) => get(id),
    change: (id, change) => {
      nodes.set(id, change(get(id)))
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

const sourceTypes: Readonly<Record<Exclude<NodeType, 'throw-event' | 'loop'>, string>> = {
  process: 'process',
  'sub-process': 'subProcess',
  'event-sub-process': 'subProcess',
  'ad-hoc-sub-process': 'adHocSubProcess',
  'pass-task': 'task',
  'job-task': 'serviceTask',
  'expression-task': 'scriptTask',
  'user-task': 'userTask',
  'receive-task': 'receiveTask',
  'send-task': 'sendTask',
  'call-activity': 'callActivity',
  'start-event': 'startEvent',
  'catch-event': 'intermediateCatchEvent',
  'boundary-event': 'boundaryEvent',
  'exclusive-gateway': 'exclusiveGateway',
  'parallel-gateway': 'parallelGateway',
  'inclusive-gateway': 'inclusiveGateway',
  'complex-gateway': 'complexGateway',
  'event-based-gateway': 'eventBasedGateway',
}

function complete(draft: NodeDraft, flows: readonly Flow[]): Node {
  const outgoing = flows.filter((flow) => flow.source === draft.id).map((flow) => flow.id)
  const mappings = { inputs: [], outputs: [] }
  return {
    ...draft,
    sourceType: sourceTypeOf(draft, outgoing.length),
    incoming: flows.filter((flow) => flow.target === draft.id).map((flow) => flow.id),
    outgoing,
    ...mappings,
  }
}

function sourceTypeOf(draft: NodeDraft, outgoing: number): string {
  if (draft.type === 'throw-event') return outgoing === 0 ? 'endEvent' : 'intermediateThrowEvent'
  if (draft.type === 'loop') return draft.activity.sourceType
  if (draft.type === 'sub-process' && draft.transaction) return 'transaction'
  return sourceTypes[draft.type]
}

/** The activity of a loop: as its draft, with neither flows nor boundary events. */
export function activityOf(draft: NodeDraft): Extract<Node, { readonly type: 'loop' }>['activity'] {
  if (!('boundaryEvents' in draft) || draft.type === 'loop') throw new Error(`${draft.id} is no activity`)
  return { ...complete(draft, []), boundaryEvents: [] } as Extract<
    Node,
    { readonly type: 'loop' }
  >['activity']
}

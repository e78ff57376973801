/** Instances that begin somewhere else than at a start event: to run again from a step, with other input. */
import { failure, type Result, success } from '../base/result.ts'
import type { CreateInstance, Detail, Rejection } from './command.ts'
import type { Beginning } from './event.ts'
import { type Graph, type GraphFlow, nodeOf } from './graph.ts'
import { whyNever } from './placement.ts'
import type { ElementInstance } from './state.ts'
import { activateNode, takeFlow } from './token.ts'
import { nodeOfInstance, type Transition } from './transition.ts'
import { setLocal } from './variables.ts'

export function checkBeginning(
  graph: Graph,
  { begin = { elements: [], flows: [] }, startElement }: CreateInstance,
): Result<undefined, Rejection> {
  const { processId } = graph.program
  const details: Detail[] = []
  if (startElement !== undefined)
    details.push({ path: startElement, message: 'expected either a start event or a beginning, not both' })
  if (begin.elements.length + begin.flows.length === 0)
    details.push({ path: processId, message: 'expected at least one element or flow to begin at' })
  for (const [index, { element }] of begin.elements.entries()) {
    const message = whyNotAt(graph, element)
    if (message !== undefined) details.push({ path: `begin.elements[${index}]`, message })
  }
  for (const [index, id] of begin.flows.entries()) {
    const flow = flowOf(graph, id)
    const path = `begin.flows[${index}]`
    if (flow === undefined)
      details.push({ path, message: `expected a flow of process '${processId}', but it was '${id}'` })
    else if (flow.target.def.scope !== processId)
      details.push({ path, message: whyInside(graph, id, flow.target.def.scope) })
  }
  const [first] = details
  if (first === undefined) return success(undefined)
  return failure({ kind: 'invalid', message: `${first.path}: ${first.message}`, details })
}

function whyNotAt(graph: Graph, element: string): string | undefined {
  const { processId } = graph.program
  const node = graph.nodes.get(element)
  if (node === undefined) return `expected an element of process '${processId}', but it was '${element}'`
  const never = whyNever(graph, node)
  if (never !== undefined) return never.message
  return node.def.scope === processId ? undefined : whyInside(graph, element, node.def.scope)
}

const whyInside = (graph: Graph, id: string, scope: string | undefined): string =>
  `expected something directly inside process '${graph.program.processId}', but '${id}' is inside '${scope}'`

function flowOf(graph: Graph, id: string): GraphFlow | undefined {
  for (const { outgoing } of graph.nodes.values()) {
    const flow = outgoing.find((candidate) => candidate.id === id)
    if (flow !== undefined) return flow
  }
  return undefined
}

/** Tokens in the places that `checkBeginning` found good, the elements first. */
export function beginAt(tx: Transition, process: ElementInstance, { elements, flows }: Beginning): void {
  const { def } = nodeOfInstance(tx, process)
  for (const { element, variables = {} } of elements) {
    const happened = 'triggeredStarts' in def && def.triggeredStarts.includes(element)
    const given = Object.keys(variables)
    const activation = given.length === 0 ? undefined : { given }
    const node = nodeOf(tx.graph, element)
    setLocal(tx, activateNode(tx, node, process.key, activation, happened ? {} : undefined), variables)
  }
  for (const id of flows) {
    const flow = flowOf(tx.graph, id)
    if (flow === undefined) throw new Error(`process ${tx.graph.program.processId} has no flow ${id}`)
    takeFlow(tx, flow, process.key)
  }
}

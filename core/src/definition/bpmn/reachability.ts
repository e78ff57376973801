/** A pass that only warns: nodes that no token can reach, which are mistakes of drawing more often than not. */
import type { ElementId, Node } from '../../model/program.ts'
import type { FindingLog } from './finding.ts'
import { type Graph, nameOf } from './validate.ts'

/** Where tokens can be next, besides over flows. */
function entriesOf(node: Node): readonly ElementId[] {
  const inside = entriesInside(node.type === 'loop' ? node.activity : node)
  return 'boundaryEvents' in node ? [...inside, ...node.boundaryEvents] : inside
}

function entriesInside(node: Node): readonly ElementId[] {
  if ('starts' in node) return [...node.starts, ...node.triggeredStarts, ...node.eventSubProcesses]
  if (node.type !== 'boundary-event' || node.trigger.kind !== 'compensation') return []
  return node.trigger.handler === undefined ? [] : [node.trigger.handler]
}

export function warnOfUnreachable(root: Node, graph: Graph, log: FindingLog): void {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  const targets = new Map(graph.flows.map((flow) => [flow.id, flow.target]))
  const reached = new Set<ElementId>()

  function reach(from: Node): void {
    const pending: Node[] = [from]
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (reached.has(node.id)) continue
      reached.add(node.id)
      const next = [...entriesOf(node), ...node.outgoing.map((flow) => targets.get(flow) ?? '')]
      for (const id of next) {
        const target = nodes.get(id)
        if (target !== undefined) pending.push(target)
      }
    }
  }

  reach(root)
  // One finding per unreachable part: first at its beginnings, then at parts that are nothing but a cycle.
  const withoutIncoming = graph.nodes.filter((node) => node.incoming.length === 0)
  for (const node of [...withoutIncoming, ...graph.nodes]) {
    if (reached.has(node.id)) continue
    const message = `no token can reach ${nameOf(node)}`
    log.warning('UNREACHABLE', node.id, message)
    reach(node)
  }
}

/** Where the tokens of a new process instance begin. */
import { failure, type Result, success } from '../base/result.ts'
import type { ElementId } from '../model/program.ts'
import type { Rejection } from './command.ts'
import { type Graph, type GraphNode, nodeOf } from './graph.ts'

/**
 * The named start event; else the first one without trigger; and every activity that no flow leads to, or in a process
 * without start events every such element (BPMN 2.0 §10.3, §13.2).
 */
export function startNodes(
  graph: Graph,
  startElement: string | undefined,
): Result<readonly GraphNode[], Rejection> {
  const { def } = graph.root
  if (def.type !== 'process') throw new Error(`the root of ${graph.program.processId} is no process`)
  if (startElement === undefined && def.starts.length === 1)
    return success([nodeOf(graph, def.starts[0] as ElementId)])
  const starts = def.starts.map((id) => nodeOf(graph, id))
  const implicit = starts.filter((start) => start.def.type !== 'start-event')
  if (startElement !== undefined) {
    if (def.starts.includes(startElement) || def.triggeredStarts.includes(startElement)) {
      return success([nodeOf(graph, startElement), ...implicit.filter(({ id }) => id !== startElement)])
    }
    const known = [...def.starts, ...def.triggeredStarts].join(', ')
    return failure({
      kind: 'invalid',
      message: `expected a start event of process '${def.id}' (${known}), but it was '${startElement}'`,
    })
  }
  const event = starts.find((start) => start.def.type === 'start-event')
  if (event !== undefined) return success([event, ...implicit])
  if (implicit.length > 0 && def.triggeredStarts.length === 0) return success(implicit)
  return failure({
    kind: 'conflict',
    message: `process '${def.id}' has no start event without trigger: name one of ${def.triggeredStarts.join(', ')}, or publish what it waits for`,
  })
}

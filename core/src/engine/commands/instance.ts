/** Beginning and end of a process instance. */
import type { CancelInstance, CreateInstance, Rejection } from '../command.ts'
import { type GraphNode, nodeOf } from '../graph.ts'
import { raiseIncident } from '../incident.ts'
import { terminateInstance } from '../lifecycle.ts'
import { activateNode } from '../token.ts'
import { elementInstance, emit, type Transition } from '../transition.ts'
import { setLocal } from '../variables.ts'
import { openWaits } from '../waits.ts'
import { offerAgain } from './suspension.ts'

export function createInstance(tx: Transition, command: CreateInstance): Rejection | undefined {
  if (tx.state.elements.size > 0)
    return { kind: 'conflict', message: `process instance ${command.key} exists already` }
  const starts = startNodes(tx, command.startElement)
  if ('kind' in starts) return starts
  const { key, parent, businessId, startKey } = command
  const { processId } = tx.graph.program
  emit(tx, {
    type: 'instance-created',
    key,
    definitionKey: command.definitionKey,
    processId,
    ...(parent === undefined ? {} : { parent }),
    ...(businessId === undefined ? {} : { businessId }),
    ...(startKey === undefined ? {} : { startKey }),
  })
  emit(tx, { type: 'element-activated', key, element: processId })
  setLocal(tx, key, command.variables)
  const problem = openWaits(tx, key, tx.graph.root.listeners)
  if (problem !== undefined) raiseIncident(tx, elementInstance(tx, key), 'activate', problem)
  for (const start of starts) activateNode(tx, start, key)
  return undefined
}

/**
 * The named start event; else the first one without trigger; else, in a process without start events, every
 * element that no flow leads to (BPMN 2.0 §13.2).
 */
function startNodes(tx: Transition, startElement: string | undefined): readonly GraphNode[] | Rejection {
  const { def } = tx.graph.root
  if (def.type !== 'process') throw new Error(`the root of ${tx.graph.program.processId} is no process`)
  if (startElement !== undefined) {
    if (def.starts.includes(startElement) || def.triggeredStarts.includes(startElement)) {
      return [nodeOf(tx.graph, startElement)]
    }
    const known = [...def.starts, ...def.triggeredStarts].join(', ')
    return {
      kind: 'invalid',
      message: `expected a start event of process '${def.id}' (${known}), but it was '${startElement}'`,
    }
  }
  const starts = def.starts.map((id) => nodeOf(tx.graph, id))
  if (starts.length > 0) return starts[0]?.def.type === 'start-event' ? starts.slice(0, 1) : starts
  return {
    kind: 'conflict',
    message: `process '${def.id}' has no start event without trigger: name one of ${def.triggeredStarts.join(', ')}, or publish what it waits for`,
  }
}

export function cancelInstance(tx: Transition, command: CancelInstance): Rejection | undefined {
  const { parent, suspended } = tx.state
  if (suspended) offerAgain(tx)
  terminateInstance(tx)
  if (parent === undefined || command.byCaller === true) return undefined
  emit(tx, { type: 'parent-notified', key: tx.keys.next(), parent, outcome: { kind: 'terminated' } })
  return undefined
}

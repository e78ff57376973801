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
 * The named start event; else the first one without trigger; and every activity that no flow leads to, or in a process
 * without start events every such element (BPMN 2.0 §10.3, §13.2).
 */
function startNodes(tx: Transition, startElement: string | undefined): readonly GraphNode[] | Rejection {
  const { def } = tx.graph.root
  if (def.type !== 'process') throw new Error(`the root of ${tx.graph.program.processId} is no process`)
  const starts = def.starts.map((id) => nodeOf(tx.graph, id))
  const implicit = starts.filter((start) => start.def.type !== 'start-event')
  if (startElement !== undefined) {
    if (def.starts.includes(startElement) || def.triggeredStarts.includes(startElement)) {
      return [nodeOf(tx.graph, startElement), ...implicit.filter(({ id }) => id !== startElement)]
    }
    const known = [...def.starts, ...def.triggeredStarts].join(', ')
    return {
      kind: 'invalid',
      message: `expected a start event of process '${def.id}' (${known}), but it was '${startElement}'`,
    }
  }
  const event = starts.find((start) => start.def.type === 'start-event')
  if (event !== undefined) return [event, ...implicit]
  if (implicit.length > 0 && def.triggeredStarts.length === 0) return implicit
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

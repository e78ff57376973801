/** Beginning and end of a process instance. */
import type { CancelInstance, CreateInstance, Rejection } from '../command.ts'
import { terminateInstance } from '../lifecycle.ts'
import { startNodes } from '../start-nodes.ts'
import { emit, type Transition } from '../transition.ts'
import { setLocal } from '../variables.ts'
import { offerAgain } from './suspension.ts'

export function createInstance(tx: Transition, command: CreateInstance): Rejection | undefined {
  if (tx.state.elements.size > 0)
    return { kind: 'conflict', message: `process instance ${command.key} exists already` }
  const starts = startNodes(tx.graph, command.startElement)
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
  const start = command.startElement === undefined ? {} : { start: command.startElement }
  emit(tx, { type: 'element-activated', key, element: processId, ...start })
  setLocal(tx, key, command.variables)
  tx.agenda.push({ kind: 'enter', key })
  return undefined
}

export function cancelInstance(tx: Transition, command: CancelInstance): Rejection | undefined {
  const { parent, suspended } = tx.state
  if (suspended) offerAgain(tx)
  terminateInstance(tx)
  if (parent === undefined || command.byCaller === true) return undefined
  emit(tx, { type: 'parent-notified', key: tx.keys.next(), parent, outcome: { kind: 'terminated' } })
  return undefined
}

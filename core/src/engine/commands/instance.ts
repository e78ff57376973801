/** Beginning and end of a process instance. */
import { checkBeginning } from '../beginning.ts'
import { type CancelInstance, type CreateInstance, instanceCreated, type Rejection } from '../command.ts'
import { terminateInstance } from '../lifecycle.ts'
import { startNodes } from '../start-nodes.ts'
import { emit, type Transition } from '../transition.ts'
import { setLocal } from '../variables.ts'
import { offerAgain } from './suspension.ts'

export function createInstance(tx: Transition, command: CreateInstance): Rejection | undefined {
  if (tx.state.elements.size > 0)
    return { kind: 'conflict', message: `process instance ${command.key} exists already` }
  const { key, startElement, begin } = command
  const starts = begin === undefined ? startNodes(tx.graph, startElement) : checkBeginning(tx.graph, command)
  if (!starts.ok) return starts.error
  const { processId } = tx.graph.program
  emit(tx, instanceCreated(command, processId))
  const activated = { type: 'element-activated', key, element: processId } as const
  if (begin !== undefined) emit(tx, { ...activated, begin })
  else emit(tx, startElement === undefined ? activated : { ...activated, start: startElement })
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

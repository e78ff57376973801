/**
 * Letting an instance go on in another definition. Tokens stay where the mapping says, jobs, user tasks and calls keep
 * their keys. What listens beside them follows the target: mapped events are waited for as before, others of the source
 * no longer, others of the target from now on.
 */
import { failure, type Result, success } from '../../base/result.ts'
import type { ElementId } from '../../model/program.ts'
import { runAgenda } from '../agenda.ts'
import type { MigrateInstance, Rejection } from '../command.ts'
import type { InstanceMigrated } from '../event.ts'
import { type Graph, nodeOf, type TriggeredNode } from '../graph.ts'
import { findObstacles, isListening, type Mapping, type Migration } from '../migration-check.ts'
import { copyState, type ElementInstance } from '../state.ts'
import { emit, nodeOfInstance, type Transition } from '../transition.ts'
import { closeWait, openWaits } from '../waits.ts'
import { offerAgain, withdraw } from './suspension.ts'

export function migrateInstance(tx: Transition, command: MigrateInstance): Rejection | undefined {
  const { definitionKey } = command
  const target = tx.graphOf?.(definitionKey)
  if (target === undefined) return { kind: 'not-found', message: `no process definition ${definitionKey}` }
  if (definitionKey === tx.state.definitionKey)
    return { kind: 'conflict', message: `process instance ${tx.state.key} runs that definition already` }
  const mapping = mappingOf(tx, target, command)
  if (!mapping.ok) return mapping.error
  const trial: Transition = { ...tx, state: copyState(tx.state), events: [], agenda: [] }
  const rejection = migrate({ tx: trial, target, mapping: mapping.value }, command)
  if (rejection !== undefined) return rejection
  for (const event of trial.events) emit(tx, event)
  // What follows happens in the new definition.
  runAgenda({ ...tx, graph: target, agenda: trial.agenda })
  return undefined
}

function mappingOf(tx: Transition, target: Graph, command: MigrateInstance): Result<Mapping, Rejection> {
  const details = command.mapping.flatMap(({ source, target: to }, index) => [
    ...(tx.graph.nodes.has(source)
      ? []
      : [{ path: source, message: `process '${tx.state.processId}' has no such element` }]),
    ...(target.nodes.has(to) ? [] : [{ path: source, message: `the target has no element '${to}'` }]),
    ...(command.mapping.findIndex((other) => other.source === source) === index
      ? []
      : [{ path: source, message: 'it is mapped more than once' }]),
  ])
  if (details.length > 0) return failure(refusal('invalid', details))
  const pairs = command.mapping.map(({ source, target: to }) => [source, to] as const)
  return success(new Map([...pairs, [tx.state.processId, target.program.processId]]))
}

const refusal = (kind: Rejection['kind'], details: NonNullable<Rejection['details']>): Rejection => {
  const [first] = details
  const more = details.length === 1 ? '' : ` (and ${details.length - 1} more)`
  return { kind, message: `'${first?.path}': ${first?.message}${more}`, details }
}

function migrate(migration: Migration, command: MigrateInstance): Rejection | undefined {
  const { tx, target } = migration
  const obstacles = findObstacles(migration)
  if (obstacles.length > 0) return refusal('conflict', obstacles)
  const { suspended, kept } = tx.state
  if (suspended) offerAgain(tx)
  const fresh = new Map<ElementInstance['key'], readonly TriggeredNode[]>()
  for (const instance of [...tx.state.elements.values()]) {
    fresh.set(instance.key, listenersToOpen(migration, instance))
    closeUnmapped(migration, instance)
  }
  emit(tx, migrated(migration, command))
  const moved: Transition = { ...tx, graph: target }
  for (const [key, nodes] of fresh) {
    const problem = openWaits(moved, key, nodes)
    if (problem === undefined) continue
    return {
      kind: 'conflict',
      message: `${problem.message}: set the variables that '${nodes[0]?.id}' and others need`,
    }
  }
  for (const { key, tokens, extras } of moved.state.elements.values())
    if (tokens.size > 0 || extras.fired !== undefined) tx.agenda.push({ kind: 'check-scope', scope: key })
  if (!suspended) return undefined
  withdraw(tx)
  for (const later of kept) emit(tx, { type: 'command-kept', command: later })
  return undefined
}

/** Those of the target that no event of the source is mapped to. */
function listenersToOpen(
  { tx, target, mapping }: Migration,
  instance: ElementInstance,
): readonly TriggeredNode[] {
  if (!isEntered(tx, instance)) return []
  const source = nodeOfInstance(tx, instance)
  const mapped = nodeOf(target, mapping.get(instance.element) ?? '')
  const node = instance.extras.index === undefined ? mapped : (mapped.run ?? mapped)
  const kept = new Set(source.listeners.map(({ id }) => mapping.get(id)))
  const interrupted = isInterrupted(tx, instance)
  return node.listeners.filter(({ id, def }) => !kept.has(id) && !(interrupted && def.type === 'start-event'))
}

/** Whether it has come so far as to listen. */
function isEntered(tx: Transition, { key, extras, waits }: ElementInstance): boolean {
  if (extras.role === 'undo') return false
  if (waits.some((wait) => wait.kind === 'job' && wait.listener?.on === 'start')) return false
  return ![...tx.state.incidents.values()].some(
    ({ elementInstanceKey, step }) => elementInstanceKey === key && step === 'activate',
  )
}

/** An interrupting event sub-process runs, so that the scope listens to no other. */
const isInterrupted = (tx: Transition, scope: ElementInstance): boolean =>
  [...tx.state.elements.values()].some(({ scope: around, extras }) => {
    if (around !== scope.key || extras.start === undefined) return false
    const { def } = nodeOf(tx.graph, extras.start)
    return def.type === 'start-event' && def.interrupting
  })

function closeUnmapped({ tx, mapping }: Migration, instance: ElementInstance): void {
  for (const wait of instance.waits)
    if ('element' in wait && isListening(instance, wait) && !mapping.has(wait.element)) closeWait(tx, wait)
}

/** Read after what is not mapped was closed. */
function migrated({ tx, target, mapping }: Migration, { definitionKey }: MigrateInstance): InstanceMigrated {
  const { state } = tx
  const to = (element: ElementId): ElementId => mapping.get(element) ?? element
  const moved: InstanceMigrated['moved'][number][] = []
  for (const { element, waits } of state.elements.values()) {
    for (const wait of waits) {
      if (wait.kind === 'job' || wait.kind === 'user-task')
        moved.push({ kind: wait.kind, key: wait.key, element: to(element) })
      else if (wait.kind === 'timer') moved.push({ kind: 'timer', key: wait.key, element: to(wait.element) })
      else if (wait.kind === 'message' || wait.kind === 'signal')
        moved.push({ kind: 'subscription', key: wait.key, element: to(wait.element) })
    }
  }
  for (const { key, elementInstanceKey } of state.incidents.values()) {
    const owner = state.elements.get(elementInstanceKey)
    if (owner !== undefined) moved.push({ kind: 'incident', key, element: to(owner.element) })
  }
  return {
    type: 'instance-migrated',
    key: state.key,
    definitionKey,
    processId: target.program.processId,
    mapping: [...mapping].map(([source, mapped]) => ({ source, target: mapped })),
    moved,
  }
}

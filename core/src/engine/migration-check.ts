/** Whether an instance can go on in another definition: what is in the way, element by element. */
import type { Key } from '../base/key.ts'
import type { ElementId, LoopSpec, Trigger } from '../model/program.ts'
import type { Detail } from './command.ts'
import type { Graph, GraphNode } from './graph.ts'
import type { CompensationRecord, ElementInstance, InstanceState, Wait } from './state.ts'
import type { Transition } from './transition.ts'
import { nodeOfInstance } from './transition.ts'

/** Source → target; the process itself is always mapped. */
export type Mapping = ReadonlyMap<ElementId, ElementId>

export type Migration = {
  readonly tx: Transition
  readonly target: Graph
  readonly mapping: Mapping
}

export type EventWait = Extract<Wait, { readonly element: ElementId }>

/** Waits that are not the element's own, but of boundary events and event sub-processes. */
export const isListening = (instance: ElementInstance, wait: EventWait): boolean =>
  wait.element !== instance.element

/** The node that an element instance will be of. */
export function targetNode({ target, mapping }: Migration, instance: ElementInstance): GraphNode | undefined {
  const node = target.nodes.get(mapping.get(instance.element) ?? '')
  return instance.extras.index === undefined ? node : node?.run
}

/** Everything that is in the way; empty: nothing. */
export function findObstacles(migration: Migration): readonly Detail[] {
  const { state } = migration.tx
  const details: Detail[] = []
  const report = (path: ElementId, message: string): void => {
    // One of many instances of an element speaks for all.
    if (!details.some((known) => known.path === path && known.message === message))
      details.push({ path, message })
  }
  if (state.startKey !== undefined && migration.target.program.processId !== state.processId)
    report(
      state.processId,
      `it holds the message key '${state.startKey}' of its process and can't leave that`,
    )
  for (const instance of state.elements.values()) {
    if (instance.scope !== undefined) checkElement(migration, state, instance, report)
    checkTokens(migration, instance, report)
    checkWaits(migration, instance, report)
    checkExtras(migration, instance, report)
  }
  return details
}

type Report = (path: ElementId, message: string) => void

function checkElement(
  migration: Migration,
  state: InstanceState,
  instance: ElementInstance,
  report: Report,
): void {
  const { element } = instance
  const target = targetNode(migration, instance)
  const to = migration.mapping.get(element)
  if (to === undefined || target === undefined) {
    report(
      element,
      to === undefined
        ? 'it is active: expected a mapping for it'
        : `expected '${to}' to run several times, too`,
    )
    return
  }
  const source = nodeOfInstance(migration.tx, instance)
  const [had, has] = [kindOf(source), kindOf(target)]
  if (had !== has)
    report(element, `expected '${to}' to be the same kind of element (${had}), but it is ${has}`)
  const scope = state.elements.get(instance.scope as Key)?.element
  const [around, wanted] = [target.def.scope, scope === undefined ? undefined : migration.mapping.get(scope)]
  // A run is inside its body, which has the same id; what undoes, inside of what asked for it.
  const { index, role } = instance.extras
  if (index === undefined && role === undefined && wanted !== undefined && around !== wanted)
    report(element, `expected '${to}' to be directly inside '${wanted}', but it is inside '${around ?? ''}'`)
  checkListenerJob(instance, source, target, report)
}

/** What may not change while an instance of it is alive. */
function kindOf({ def }: GraphNode): string {
  if (def.type === 'loop') return `${def.type}, ${loopKind(def.loop)}, of ${def.activity.type}`
  return 'trigger' in def ? `${def.type}, ${triggerKind(def.trigger)}` : def.type
}

const loopKind = (loop: LoopSpec): string =>
  loop.kind === 'standard'
    ? loop.kind
    : loop.stream !== undefined
      ? 'streamed'
      : loop.sequential
        ? 'sequential'
        : 'parallel'

const triggerKind = (trigger: Trigger): string =>
  trigger.kind === 'multiple'
    ? `${trigger.parallel ? 'all' : 'any'} of ${trigger.triggers.map(triggerKind).join(', ')}`
    : trigger.kind

function checkListenerJob(
  instance: ElementInstance,
  source: GraphNode,
  target: GraphNode,
  report: Report,
): void {
  const count = ({ def }: GraphNode): number =>
    (def.listeners?.length ?? 0) + (def.type === 'user-task' ? (def.task.listeners?.length ?? 0) : 0)
  const isAt = instance.waits.some((wait) => wait.kind === 'job' && wait.listener !== undefined)
  if (isAt && count(source) !== count(target))
    report(
      instance.element,
      `one of its listeners runs: expected '${target.id}' to have as many (${count(source)})`,
    )
}

/** Tokens wait on flows, which must be there, and lead to the same join. */
function checkTokens({ tx, target, mapping }: Migration, scope: ElementInstance, report: Report): void {
  const flows = new Set([...scope.tokens.keys(), ...Object.values(scope.extras.fired ?? {}).flat()])
  if (flows.size === 0) return
  for (const join of tx.graph.nodes.values()) {
    for (const { id } of join.incoming) {
      if (!flows.has(id)) continue
      const to = target.nodes.get(mapping.get(join.id) ?? '')
      if (to === undefined)
        report(join.id, `a token waits in front of it on flow '${id}': expected a mapping for it`)
      else if (!to.incoming.some((flow) => flow.id === id))
        report(join.id, `a token waits in front of it: expected '${to.id}' to have an incoming flow '${id}'`)
    }
  }
}

function checkWaits(migration: Migration, instance: ElementInstance, report: Report): void {
  const { tx, target, mapping } = migration
  const node = targetNode(migration, instance)
  for (const wait of instance.waits) {
    if (!('element' in wait) || !isListening(instance, wait)) continue
    const to = target.nodes.get(mapping.get(wait.element) ?? '')
    if (nodeOfInstance(tx, instance).def.type === 'event-based-gateway') {
      if (to === undefined || node?.outgoing.some((flow) => flow.target === to) !== true)
        report(wait.element, `it is waited for: expected a mapping to an event behind '${node?.id ?? ''}'`)
    } else if (to !== undefined && node?.listeners.some((listener) => listener.id === to.id) !== true) {
      report(
        wait.element,
        `expected '${to.id}' to be a boundary event or event sub-process of '${node?.id ?? ''}'`,
      )
    }
    const source = tx.graph.nodes.get(wait.element)
    if (source !== undefined && to !== undefined && kindOf(source) !== kindOf(to))
      report(
        wait.element,
        `expected '${to.id}' to wait for the same (${kindOf(source)}), but it is ${kindOf(to)}`,
      )
  }
}

function checkExtras({ tx, target, mapping }: Migration, instance: ElementInstance, report: Report): void {
  const { start, begin, enabled = [], records = [], queue = [], fired = {} } = instance.extras
  if (begin !== undefined) report(instance.element, 'it has not begun yet where it was told to')
  if (start !== undefined && !target.nodes.has(mapping.get(start) ?? ''))
    report(start, `it began '${instance.element}', which is active: expected a mapping for it`)
  for (const element of [...enabled, ...Object.keys(fired)])
    if (!mapping.has(element)) report(element, 'its turn comes later: expected a mapping for it')
  const check = (record: CompensationRecord): void => {
    const canUndo = (graph: Graph, id: ElementId | undefined): boolean => {
      const node = graph.nodes.get(id ?? '')
      return (record.index === undefined ? node : node?.run)?.compensation !== undefined
    }
    if (
      canUndo(tx.graph, record.element) !== canUndo(target, mapping.get(record.element)) ||
      !mapping.has(record.element)
    )
      report(
        record.element,
        'it has completed and can be undone: expected a mapping to an activity that can be undone, too',
      )
    record.records?.forEach(check)
  }
  for (const record of [...records, ...queue]) check(record)
}

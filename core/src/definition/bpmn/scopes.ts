/** The fifth pass: which flow nodes and sequence flows a process has, and in which scope each node lies. */
import { limits } from '../../base/limits.ts'
import type { ElementId } from '../../model/program.ts'
import { describe, type Element, elementOf, elementsOf, flagOf, isActivity, textOf } from './element.ts'
import type { FindingLog } from './finding.ts'
import { quoted } from './quote.ts'

/** A flow node at its place. */
export type Placed = {
  readonly element: Element
  readonly id: ElementId
  /** The process, or the sub-process around it. */
  readonly scope: ElementId
}

export type Scope = { readonly element: Element; readonly id: ElementId; readonly nodes: readonly Placed[] }

export type ProcessTree = {
  readonly process: Element
  readonly processId: ElementId
  /** In document order, the process first. */
  readonly scopes: ReadonlyMap<ElementId, Scope>
  /** All nodes of all scopes, in document order. */
  readonly nodes: ReadonlyMap<ElementId, Placed>
  /** All sequence flows of all scopes, in document order. */
  readonly sequenceFlows: readonly Element[]
  /** Boundary events by the id of their host. */
  readonly boundaryEvents: ReadonlyMap<ElementId, readonly Placed[]>
  /** What associations connect, in both directions. */
  readonly associated: ReadonlyMap<ElementId, ReadonlySet<ElementId>>
}

/** Flow elements that hold data: of no meaning to the engine, whose variables are JSON. */
const dataTypes: ReadonlySet<string> = new Set([
  'bpmn:DataObject',
  'bpmn:DataObjectReference',
  'bpmn:DataStoreReference',
])

const subProcessTypes: ReadonlySet<string> = new Set([
  'bpmn:SubProcess',
  'bpmn:Transaction',
  'bpmn:AdHocSubProcess',
])

export const isEventSubProcess = (element: Element): boolean =>
  element.$type === 'bpmn:SubProcess' && flagOf(element, 'triggeredByEvent') === true

/** A node that starts instances without being a start event (BPMN 2.0 §10.6.6, §10.3.3). */
export const isInstantiating = (element: Element): boolean =>
  flagOf(element, 'instantiate') === true &&
  (element.$type === 'bpmn:EventBasedGateway' || element.$type === 'bpmn:ReceiveTask')

/** An activity that only compensation starts; an event sub-process says so by its start event. */
export const isCompensationHandler = (element: Element): boolean =>
  flagOf(element, 'isForCompensation') === true && isActivity(element) && !isEventSubProcess(element)

/** What the passes may rely on: the element has an id, and the id is short enough to be a key. */
function idOf(element: Element, log: FindingLog): ElementId | undefined {
  const id = textOf(element, 'id')
  if (id === undefined) log.error('MISSING_ID', element, `expected ${describe(element)} to have an id`)
  else if (id.length > limits.idLength) {
    log.error(
      'INVALID_ID',
      element,
      `expected ids of at most ${limits.idLength} characters, got ${quoted(id)}`,
    )
  }
  return id
}

export function scopesOf(process: Element, processId: ElementId, log: FindingLog): ProcessTree {
  const scopes = new Map<ElementId, Scope>()
  const nodes = new Map<ElementId, Placed>()
  const sequenceFlows: Element[] = []

  function walk(container: Element, scope: ElementId, depth: number): void {
    const own: Placed[] = []
    scopes.set(scope, { element: container, id: scope, nodes: own })
    if (depth > limits.definitionDepth) {
      const message = `expected at most ${limits.definitionDepth} nested sub-processes`
      log.error('DOCUMENT_TOO_DEEP', container, message)
      return
    }
    for (const element of elementsOf(container, 'flowElements')) {
      if (dataTypes.has(element.$type)) continue
      const id = idOf(element, log)
      if (id === undefined) continue
      if (element.$type === 'bpmn:SequenceFlow') {
        sequenceFlows.push(element)
        continue
      }
      const placed = { element, id, scope }
      own.push(placed)
      nodes.set(id, placed)
      if (Array.isArray(element.flowElements) || subProcessTypes.has(element.$type))
        walk(element, id, depth + 1)
    }
  }

  idOf(process, log)
  walk(process, processId, 0)
  const containers = [...scopes.values()].map(({ element }) => element)
  return {
    process,
    processId,
    scopes,
    nodes,
    sequenceFlows,
    boundaryEvents: boundaryEventsOf(nodes),
    associated: associatedBy([...containers, ...elementsOf(process.$parent, 'rootElements')]),
  }
}

/** Tools draw associations in the scope, the process or the collaboration. */
function associatedBy(containers: readonly Element[]): ReadonlyMap<ElementId, ReadonlySet<ElementId>> {
  const associated = new Map<ElementId, Set<ElementId>>()
  const connect = (from: ElementId, to: ElementId): void => {
    const others = associated.get(from)
    if (others === undefined) associated.set(from, new Set([to]))
    else others.add(to)
  }
  for (const artifact of new Set(containers.flatMap((container) => elementsOf(container, 'artifacts')))) {
    const source = textOf(elementOf(artifact, 'sourceRef'), 'id')
    const target = textOf(elementOf(artifact, 'targetRef'), 'id')
    if (source === undefined || target === undefined) continue
    connect(source, target)
    connect(target, source)
  }
  return associated
}

function boundaryEventsOf(nodes: ReadonlyMap<ElementId, Placed>): ReadonlyMap<ElementId, readonly Placed[]> {
  const byHost = new Map<ElementId, Placed[]>()
  for (const placed of nodes.values()) {
    if (placed.element.$type !== 'bpmn:BoundaryEvent') continue
    const host = textOf(elementOf(placed.element, 'attachedToRef'), 'id')
    if (host === undefined) continue
    const others = byHost.get(host)
    if (others === undefined) byHost.set(host, [placed])
    else others.push(placed)
  }
  return byHost
}

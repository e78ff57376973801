/** The fifth pass: which flow nodes and sequence flows a process has, and in which scope each node lies. */
import { limits } from '../../base/limits.ts'
import type { ElementId } from '../../model/program.ts'
import { describe, type Element, elementOf, elementsOf, flagOf, textOf } from './element.ts'
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
}

/** Flow elements that hold data: of no meaning to the engine, whose variables are JSON. */
const dataTypes: ReadonlySet<string> = new Set([
  'bpmn:DataObject',
  'bpmn:DataObjectReference',
  'bpmn:DataStoreReference',
])

export const isEventSubProcess = (element: Element): boolean =>
  element.$type === 'bpmn:SubProcess' && flagOf(element, 'triggeredByEvent') === true

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
      if (Array.isArray(element.flowElements) || element.$type === 'bpmn:SubProcess')
        walk(element, id, depth + 1)
    }
  }

  idOf(process, log)
  walk(process, processId, 0)
  return { process, processId, scopes, nodes, sequenceFlows, boundaryEvents: boundaryEventsOf(nodes) }
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

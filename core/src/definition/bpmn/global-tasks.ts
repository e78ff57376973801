/** Tasks that processes share (BPMN 2.0 §10.3.6): each is a process of one task, which call activities call. */
import { type Element, elementsOf } from './element.ts'
import type { ProcessTree } from './scopes.ts'

export const globalTasksOf = (definitions: Element): readonly Element[] =>
  elementsOf(definitions, 'rootElements').filter(({ $type }) => /^bpmn:Global\w*Task$/.test($type))

/** The process has the id of the global task, so that of its only node is another one. */
export function globalTaskTree(element: Element, processId: string): ProcessTree {
  const task = { element, id: `${processId}:task`, scope: processId }
  return {
    process: element,
    processId,
    scopes: new Map([[processId, { element, id: processId, nodes: [task] }]]),
    nodes: new Map([[task.id, task]]),
    sequenceFlows: [],
    boundaryEvents: new Map(),
    associated: new Map(),
  }
}

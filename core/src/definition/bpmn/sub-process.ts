/** Embedded and event sub-processes (BPMN 2.0 §10.3.5). */
import { flagOf } from './element.ts'
import { type BuildNode, boundaryEventsOf } from './node-context.ts'
import { isEventSubProcess } from './scopes.ts'
import { startsOf } from './starts.ts'

export const buildSubProcess: BuildNode = (element, parts, context) => {
  const scope = context.tree.scopes.get(parts.id)
  if (scope === undefined) return undefined
  const starts = startsOf(scope, context)
  if (!isEventSubProcess(element)) {
    return { ...parts, ...starts, type: 'sub-process', boundaryEvents: boundaryEventsOf(parts, context) }
  }
  const start = scope.nodes.find(({ element: node }) => node.$type === 'bpmn:StartEvent')?.element
  return {
    ...parts,
    ...starts,
    type: 'event-sub-process',
    interrupting: flagOf(start, 'isInterrupting') !== false,
  }
}

/** What building one node may need besides the element itself. */
import type { Node, PassTaskNode } from '../../model/program.ts'
import type { Element } from './element.ts'
import type { ExpressionReader } from './expressions.ts'
import type { FindingLog } from './finding.ts'
import type { Flows } from './flows.ts'
import type { ProcessTree } from './scopes.ts'

export type NodeContext = {
  readonly definitions: Element
  readonly tree: ProcessTree
  readonly flows: Flows
  readonly expressions: ExpressionReader
  readonly log: FindingLog
}

/** What all nodes have in common. */
export type NodeParts = Pick<
  PassTaskNode,
  | 'id'
  | 'name'
  | 'sourceType'
  | 'scope'
  | 'incoming'
  | 'outgoing'
  | 'defaultFlow'
  | 'inputs'
  | 'outputs'
  | 'listeners'
>

/** Builds one kind of node. `undefined` when the element is not what it must be; then the log says why. */
export type BuildNode = (element: Element, parts: NodeParts, context: NodeContext) => Node | undefined

/** Boundary events of an activity, in document order. */
export const boundaryEventsOf = (parts: NodeParts, context: NodeContext): readonly string[] =>
  (context.tree.boundaryEvents.get(parts.id) ?? []).map(({ id }) => id)

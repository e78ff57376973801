/** Gateways: they decide where tokens go. Joins are in `token.ts` and `inclusive-join.ts`. */
import type {
  EventGatewayNode,
  ExclusiveGatewayNode,
  InclusiveGatewayNode,
  Node,
  ParallelGatewayNode,
} from '../../model/program.ts'
import { allFlows, everyFlow, firstFlow } from '../flows.ts'
import type { TriggeredNode } from '../graph.ts'
import { completeElement } from '../lifecycle.ts'
import type { Behavior } from '../transition.ts'
import { openWaits } from '../waits.ts'

const passOn: Behavior<Node>['activate'] = (tx, instance) => {
  completeElement(tx, instance)
  return undefined
}

export const exclusiveGateway: Behavior<ExclusiveGatewayNode> = { activate: passOn, leave: firstFlow }
export const parallelGateway: Behavior<ParallelGatewayNode> = { activate: passOn, leave: allFlows }
export const inclusiveGateway: Behavior<InclusiveGatewayNode> = { activate: passOn, leave: everyFlow }

export const eventGateway: Behavior<EventGatewayNode> = {
  activate: (tx, instance, node) =>
    openWaits(
      tx,
      instance.key,
      node.outgoing.map((flow) => flow.target as TriggeredNode),
    ),
  leave: allFlows,
}

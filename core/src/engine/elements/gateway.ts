/** Gateways: they decide where tokens go. Joins are in `token.ts` and `waiting-join.ts`. */
import type {
  ComplexGatewayNode,
  EventGatewayNode,
  ExclusiveGatewayNode,
  InclusiveGatewayNode,
  Node,
  ParallelGatewayNode,
} from '../../model/program.ts'
import { allFlows, conditionalFlows, everyFlow, firstFlow } from '../flows.ts'
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

/** Flows without a condition are for the tokens that made it fire, not for those that come after them. */
export const complexGateway: Behavior<ComplexGatewayNode> = {
  activate: passOn,
  leave: (tx, instance, node) =>
    instance.variables.waitingForStart === false
      ? conditionalFlows(tx, instance, node)
      : everyFlow(tx, instance, node),
}

export const eventGateway: Behavior<EventGatewayNode> = {
  activate: (tx, instance, node) =>
    openWaits(
      tx,
      instance.key,
      node.outgoing.map((flow) => flow.target as TriggeredNode),
    ),
  leave: allFlows,
}

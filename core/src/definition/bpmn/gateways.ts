/** Gateways: nearly all that they are is their flows. */
import { elementOf, textOf } from './element.ts'
import type { BuildNode } from './node-context.ts'

export const buildExclusiveGateway: BuildNode = (_element, parts) => ({ ...parts, type: 'exclusive-gateway' })
export const buildParallelGateway: BuildNode = (_element, parts) => ({ ...parts, type: 'parallel-gateway' })
export const buildInclusiveGateway: BuildNode = (_element, parts) => ({ ...parts, type: 'inclusive-gateway' })
export const buildEventGateway: BuildNode = (_element, parts) => ({ ...parts, type: 'event-based-gateway' })

export const buildComplexGateway: BuildNode = (element, parts, { expressions }) => {
  const condition = textOf(elementOf(element, 'activationCondition'), 'body')
  if (condition === undefined) return { ...parts, type: 'complex-gateway' }
  const activationCondition = expressions.condition(condition, element, 'activation condition')
  return { ...parts, type: 'complex-gateway', activationCondition }
}

/** Gateways: all that they are is their flows. */
import { describe, flagOf, textOf } from './element.ts'
import type { BuildNode } from './node-context.ts'

export const buildExclusiveGateway: BuildNode = (_element, parts) => ({ ...parts, type: 'exclusive-gateway' })
export const buildParallelGateway: BuildNode = (_element, parts) => ({ ...parts, type: 'parallel-gateway' })
export const buildInclusiveGateway: BuildNode = (_element, parts) => ({ ...parts, type: 'inclusive-gateway' })

export const buildEventGateway: BuildNode = (element, parts, { log }) => {
  if (flagOf(element, 'instantiate') !== true && textOf(element, 'eventGatewayType') !== 'Parallel') {
    return { ...parts, type: 'event-based-gateway' }
  }
  log.error('UNSUPPORTED_ELEMENT', element, `${describe(element)} starts instances, which is not supported`)
  return undefined
}

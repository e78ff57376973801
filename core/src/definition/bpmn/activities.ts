/** What any activity may be besides itself: looped (BPMN 2.0 §10.3.8), or one that takes or makes several tokens. */
import type { ActivityNode, LoopNode, LoopSpec, Node } from '../../model/program.ts'
import { describe, type Element, elementOf, extensionOf, textOf } from './element.ts'
import { loopOf } from './loops.ts'
import { type Mappings, mappingsOf } from './mappings.ts'
import type { NodeContext } from './node-context.ts'
import { quoted } from './quote.ts'

/** Tokens of one activity; more are a mistake, and would be as many commits. */
const maxQuantity = 1_000

type Quantities = Pick<ActivityNode, 'startQuantity' | 'completionQuantity'>

function quantityOf(
  property: 'startQuantity' | 'completionQuantity',
  element: Element,
  { log }: NodeContext,
): Quantities {
  const text = textOf(element, property)?.trim()
  if (text === undefined || text === '1') return {}
  const quantity = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (quantity < 1 || quantity > maxQuantity) {
    const message = `expected the ${property} of ${describe(element)} to be a whole number from 1 to ${maxQuantity}, got ${quoted(text)}`
    log.error('INVALID_VALUE', element, message)
  }
  return quantity === 1 ? {} : { [property]: quantity }
}

/** The activity itself has nothing to do with the flows around the loop. */
function looped(
  activity: ActivityNode,
  quantities: Quantities,
  loop: LoopSpec,
  mappings: Mappings,
): LoopNode {
  const { name, defaultFlow, scope, ...plain } = activity
  const around = {
    id: activity.id,
    ...(name !== undefined && { name }),
    sourceType: activity.sourceType,
    ...(scope !== undefined && { scope }),
  }
  return {
    ...around,
    incoming: activity.incoming,
    outgoing: activity.outgoing,
    ...(defaultFlow !== undefined && { defaultFlow }),
    ...mappings,
    boundaryEvents: activity.boundaryEvents,
    ...quantities,
    type: 'loop',
    loop,
    activity: { ...plain, ...around, incoming: [], outgoing: [], boundaryEvents: [] },
  }
}

/** Those of the loop as a whole: what the job that gives it items gets, and what goes on from all runs. */
function mappingsAround(element: Element, context: NodeContext): Mappings {
  const loop = elementOf(element, 'loopCharacteristics')
  if (extensionOf(loop, 'zeebe:IoMapping') === undefined || loop === undefined) return noMappings
  if (extensionOf(loop, 'braid:Stream') !== undefined) return mappingsOf(loop, context)
  const message = `mappings of the loop of ${describe(element)} are ignored: expected them at the activity`
  context.log.warning('IGNORED_EXTENSION', element, message)
  return noMappings
}

const noMappings: Mappings = { inputs: [], outputs: [] }

const isActivityNode = (node: Node): node is ActivityNode => 'boundaryEvents' in node && node.type !== 'loop'

/** A node with what its element says about quantities and loops. */
export function asActivity(node: Node, element: Element, context: NodeContext): Node {
  if (!isActivityNode(node)) {
    if (elementOf(element, 'loopCharacteristics') !== undefined) {
      const message = `expected ${describe(element)} to run once, because an event starts it, got a loop`
      context.log.error('INVALID_LOOP', element, message)
    }
    return node
  }
  const quantities = {
    ...quantityOf('startQuantity', element, context),
    ...quantityOf('completionQuantity', element, context),
  }
  const loop = loopOf(element, context)
  return loop === undefined
    ? { ...node, ...quantities }
    : looped(node, quantities, loop, mappingsAround(element, context))
}

/**
 * Data of the standard as variables (BPMN 2.0 §10.4): data objects, properties, inputs and outputs are variables by
 * their names, and associations between them are mappings. What names no variable on both sides is documentation.
 */
import type { Mapping } from '../../model/program.ts'
import { describe, type Element, elementOf, elementsOf, textOf } from './element.ts'
import type { NodeContext } from './node-context.ts'
import { quoted } from './quote.ts'
import { isVariableName, isVariablePath } from './variable-path.ts'

/** What the bpmn.io modelers write where an association has to end somewhere. */
const placeholder = '__targetRef_placeholder'

const itemTypes: ReadonlySet<string> = new Set([
  'bpmn:DataObject',
  'bpmn:DataObjectReference',
  'bpmn:Property',
])

/** The variable that a data object, its reference or a property is. */
function itemNameOf(item: Element | undefined): string | undefined {
  if (item === undefined || !itemTypes.has(item.$type)) return undefined
  const name = (textOf(elementOf(item, 'dataObjectRef'), 'name') ?? textOf(item, 'name'))?.trim()
  return name === placeholder ? undefined : name
}

type Side = 'input' | 'output'

/** An association's end outside the activity and the one in it. */
function endsOf(association: Element, side: Side): { outer?: Element; inner?: Element } {
  const source = elementsOf(association, 'sourceRef')[0]
  const target = elementOf(association, 'targetRef')
  const [outer, inner] = side === 'input' ? [source, target] : [target, source]
  return { ...(outer !== undefined && { outer }), ...(inner !== undefined && { inner }) }
}

/** The variable inside the activity; an end with a name for people stands for the variable outside. */
function innerNameOf(inner: Element, outer: string): string {
  const name = textOf(inner, 'name')?.trim()
  return name !== undefined && isVariableName(name) ? name : outer
}

function assignmentsOf(association: Element, element: Element, context: NodeContext): readonly Mapping[] {
  return elementsOf(association, 'assignment').flatMap((assignment) => {
    const from = textOf(elementOf(assignment, 'from'), 'body')
    const target = textOf(elementOf(assignment, 'to'), 'body')?.trim().replace(/^=/, '').trim()
    if (from === undefined || target === undefined || !isVariablePath(target)) {
      const came = `got from ${quoted(from ?? '')} to ${quoted(target ?? '')}`
      const message = `expected assignments of ${describe(element)} to have an expression and a variable, ${came}`
      context.log.error('INVALID_MAPPING', element, message)
      return []
    }
    return [{ source: context.expressions.condition(from, element, 'source of an assignment'), target }]
  })
}

function copyOf(
  association: Element,
  side: Side,
  element: Element,
  context: NodeContext,
): readonly Mapping[] {
  const { outer, inner } = endsOf(association, side)
  const outerName = itemNameOf(outer)
  if (outerName === undefined || inner === undefined || textOf(inner, 'name') === placeholder) return []
  if (!isVariableName(outerName)) {
    const message = `a data association of ${describe(element)} is ignored: ${quoted(outerName)} is no variable`
    context.log.warning('IGNORED_DATA_ASSOCIATION', element, message)
    return []
  }
  const innerName = innerNameOf(inner, outerName)
  const [source, target] = side === 'input' ? [outerName, innerName] : [innerName, outerName]
  const transformation = textOf(elementOf(association, 'transformation'), 'body') ?? source
  const what = `transformation to ${quoted(target)}`
  return [{ source: context.expressions.condition(transformation, element, what), target }]
}

const properties: Readonly<Record<Side, string>> = {
  input: 'dataInputAssociations',
  output: 'dataOutputAssociations',
}

/** An end that multi-instance reads or fills as a whole, not in each run. */
function isLoopData(association: Element, side: Side, element: Element): boolean {
  const loop = elementOf(element, 'loopCharacteristics')
  const whole = elementOf(loop, side === 'input' ? 'loopDataInputRef' : 'loopDataOutputRef')
  return whole !== undefined && whole === endsOf(association, side).inner
}

/** The mappings that an element's data associations stand for, in document order. */
export const associationMappings = (element: Element, side: Side, context: NodeContext): readonly Mapping[] =>
  elementsOf(element, properties[side])
    .filter((association) => !isLoopData(association, side, element))
    .flatMap((association) => {
      const assignments = assignmentsOf(association, element, context)
      return assignments.length > 0 ? assignments : copyOf(association, side, element, context)
    })

/** The variable that multi-instance takes its items from, or puts its results into. */
export function loopItemOf(
  loop: Element,
  reference: 'loopDataInputRef' | 'loopDataOutputRef',
  element: Element,
): string | undefined {
  const item = elementOf(loop, reference)
  if (item === undefined) return undefined
  const side = reference === 'loopDataInputRef' ? 'input' : 'output'
  const fed = elementsOf(element, properties[side]).find(
    (association) => endsOf(association, side).inner === item,
  )
  return itemNameOf(item) ?? (fed && itemNameOf(endsOf(fed, side).outer)) ?? textOf(item, 'name')
}

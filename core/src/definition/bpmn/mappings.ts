/** Input and output mappings: `zeebe:ioMapping`, behind what the standard's data associations copy. */
import type { Mapping } from '../../model/program.ts'
import { associationMappings } from './data-associations.ts'
import { describe, type Element, elementsOf, extensionOf, textOf } from './element.ts'
import type { NodeContext } from './node-context.ts'
import { quoted } from './quote.ts'
import { isVariablePath } from './variable-path.ts'

export type Mappings = { readonly inputs: readonly Mapping[]; readonly outputs: readonly Mapping[] }

function mappingOf(parameter: Element, element: Element, context: NodeContext): Mapping | undefined {
  const source = textOf(parameter, 'source')
  const target = textOf(parameter, 'target')?.trim()
  if (source === undefined || target === undefined || !isVariablePath(target)) {
    const expected = `expected mappings of ${describe(element)} to have a source and a target such as order.total`
    const came = `got source ${quoted(source ?? '')} and target ${quoted(target ?? '')}`
    context.log.error('INVALID_MAPPING', element, `${expected}, ${came}`)
    return undefined
  }
  return {
    source: context.expressions.value(source, element, `source of the mapping to ${quoted(target)}`),
    target,
  }
}

export function mappingsOf(element: Element, context: NodeContext): Mappings {
  const mapping = extensionOf(element, 'zeebe:IoMapping')
  if (mapping !== undefined && element.$type.endsWith('Gateway')) {
    context.log.error(
      'INVALID_MAPPING',
      element,
      `expected no mappings at ${describe(element)}: it has no variables`,
    )
  }
  const read = (property: 'inputParameters' | 'outputParameters'): readonly Mapping[] =>
    elementsOf(mapping, property)
      .map((parameter) => mappingOf(parameter, element, context))
      .filter((found) => found !== undefined)
  return {
    inputs: [...associationMappings(element, 'input', context), ...read('inputParameters')],
    outputs: [...associationMappings(element, 'output', context), ...read('outputParameters')],
  }
}

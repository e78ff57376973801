/** Input and output mappings: `zeebe:ioMapping`. */
import type { Mapping } from '../../model/program.ts'
import { describe, type Element, elementsOf, extensionOf, textOf } from './element.ts'
import type { NodeContext } from './node-context.ts'
import { quoted } from './quote.ts'

export type Mappings = { readonly inputs: readonly Mapping[]; readonly outputs: readonly Mapping[] }

/** A variable, or a path into one: names joined by dots. */
const variablePath = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u

/** Whether a variable can be written under this name. `__proto__` is refused because JSON readers treat it unlike any other. */
export const isVariablePath = (path: string): boolean =>
  variablePath.test(path) && !path.split('.').includes('__proto__')

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
  return { inputs: read('inputParameters'), outputs: read('outputParameters') }
}

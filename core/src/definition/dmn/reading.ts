/** What the reading of every element of a file needs: where to put findings, and what type names mean. */
import type { Variable } from '../../model/decision-model.ts'
import { quoted } from '../bpmn/quote.ts'
import { attributeOf, childOf, isFeelNamespace, kindInWords, nameOf } from './element.ts'
import type { FindingLog } from './finding.ts'
import type { Element } from './tree.ts'

export type Reading = {
  readonly log: FindingLog
  readonly namespace: string
  /** Names of imports by the namespace that they import. */
  readonly importNames: ReadonlyMap<string, string>
}

/** The type of an element, as an attribute or, in item definitions, an element of its own. */
export function typeOf(element: Element, reading: Reading): string | undefined {
  const child = childOf(element, 'typeRef')
  const text = attributeOf(element, 'typeRef') ?? child?.text.trim()
  return text === undefined || text === '' ? undefined : typeName(text, child ?? element, reading)
}

/** Type names were qualified by an XML prefix in DMN 1.1 and are by the name of an import since. */
export function typeName(text: string, at: Element, { namespace, importNames }: Reading): string {
  const name = text.replaceAll(/\s+/g, ' ')
  const colon = name.indexOf(':')
  const uri = colon === -1 ? undefined : at.prefixes.get(name.slice(0, colon))
  if (uri === undefined) return name
  const local = name.slice(colon + 1)
  const imported = importNames.get(uri)
  if (uri === namespace || isFeelNamespace(uri)) return local
  return imported === undefined || imported === '' ? local : `${imported}.${local}`
}

/** `{ type }` when the element has one. */
export function typed(element: Element | undefined, reading: Reading): { readonly type?: string } {
  const type = element === undefined ? undefined : typeOf(element, reading)
  return type === undefined ? {} : { type }
}

/** `{ id }` when the element has one. */
export const identified = ({ id }: Element): { readonly id?: string } =>
  id === undefined || id === '' ? {} : { id }

/** A named, typed part such as a parameter; reports it when it has no name. */
export function variableOf(element: Element, reading: Reading): Variable {
  const name = nameOf(element)
  if (name === '') {
    reading.log.error('MISSING_NAME', element, `expected a name for this ${kindInWords(element.name)}`)
  }
  return { name, ...typed(element, reading) }
}

/** A value of an attribute out of a list of possible ones. */
export function oneOf<const Value extends string>(
  element: Element,
  attribute: string,
  values: readonly Value[],
  reading: Reading,
): Value | undefined {
  const text = attributeOf(element, attribute)
  if (text === undefined) return undefined
  const found = values.find((value) => value === text)
  if (found === undefined) {
    reading.log.error(
      'INVALID_VALUE',
      element,
      `expected one of ${values.join(', ')} as ${attribute}, got ${quoted(text)}`,
    )
  }
  return found
}

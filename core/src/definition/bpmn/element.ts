/** How the passes look at an element that bpmn-moddle read: properties by name, none of them trusted to be there. */
import { quoted } from './quote.ts'

export type Element = {
  /** Qualified type such as `bpmn:ServiceTask`; the tag name for elements of unknown namespaces. */
  readonly $type: string
  readonly $parent?: Element
  /** Attributes outside the BPMN namespace, by qualified name. */
  readonly $attrs?: Readonly<Record<string, unknown>>
  /** Whether the namespace is unknown, so that nothing about the element is. */
  readonly $descriptor?: { readonly isGeneric?: boolean }
  get?(property: string): unknown
  set?(property: string, value: unknown): void
  readonly [property: string]: unknown
}

export const isElement = (value: unknown): value is Element =>
  typeof value === 'object' && value !== null && typeof (value as { $type?: unknown }).$type === 'string'

/** A text attribute or body; `undefined` when absent or blank. */
export function textOf(element: Element | undefined, property: string): string | undefined {
  const value = element?.[property]
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** A boolean attribute, or its default when the metamodel has one. */
export function flagOf(element: Element | undefined, property: string): boolean | undefined {
  const value = element?.[property]
  return typeof value === 'boolean' ? value : undefined
}

/** A contained or referenced element. */
export function elementOf(element: Element | undefined, property: string): Element | undefined {
  const value = element?.[property]
  return isElement(value) ? value : undefined
}

/** Contained or referenced elements, in document order. */
export function elementsOf(element: Element | undefined, property: string): readonly Element[] {
  const value = element?.[property]
  return Array.isArray(value) ? value.filter(isElement) : []
}

/** `serviceTask` for `bpmn:ServiceTask`. */
export function localNameOf(element: Element): string {
  const name = element.$type.slice(element.$type.indexOf(':') + 1)
  return name.charAt(0).toLowerCase() + name.slice(1)
}

/** `service task` for `serviceTask`. */
export const kindInWords = (localName: string): string =>
  localName.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** The element as a person would name it: `service task "Ship it"`. */
export function describe(element: Element): string {
  const kind = kindInWords(localNameOf(element))
  const name = textOf(element, 'name') ?? textOf(element, 'id')
  return name === undefined ? kind : `${kind} ${quoted(name)}`
}

/** Tasks, sub-processes and call activities: what can carry boundary events and conditional flows. */
export const isActivity = (element: Element): boolean =>
  /^bpmn:(?:\w*Task|\w*SubProcess|Transaction|CallActivity)$/.test(element.$type)

/** Extension elements of one type, e.g. `zeebe:TaskDefinition`. */
export const extensionsOf = (element: Element | undefined, type: string): readonly Element[] =>
  elementsOf(elementOf(element, 'extensionElements'), 'values').filter((value) => value.$type === type)

export const extensionOf = (element: Element | undefined, type: string): Element | undefined =>
  extensionsOf(element, type)[0]

/** Short ways to make XML elements of BPMN. */
import { braidNamespace } from '../xml/braid-namespace.ts'
import type { XmlDocument, XmlElement, XmlNode } from '../xml/xml-document.ts'

const namespaces: ReadonlyMap<string, string> = new Map([
  ['bpmn', 'http://www.omg.org/spec/BPMN/20100524/MODEL'],
  ['zeebe', 'http://camunda.org/schema/zeebe/1.0'],
  ['braid', braidNamespace],
])

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>
type Child = XmlElement | undefined

/** Attributes and children that are `undefined` are left out. */
export const xml = (
  name: string,
  attributes: Attributes = {},
  children: readonly Child[] = [],
): XmlElement => ({
  kind: 'element',
  name,
  attributes: new Map(
    Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  ),
  namespaces,
  children: children.filter((child) => child !== undefined),
})

export const xmlText = (name: string, text: string, attributes: Attributes = {}): XmlElement => ({
  ...xml(name, attributes),
  children: [{ kind: 'text', text }],
})

/** `undefined` without content. */
export const extensionElements = (children: readonly Child[]): XmlElement | undefined =>
  children.some((child) => child !== undefined) ? xml('bpmn:extensionElements', {}, children) : undefined

/** Elements on lines of their own; text stays as it is. */
function indented(element: XmlElement, depth: number): XmlElement {
  if (element.children.length === 0 || element.children.some(({ kind }) => kind === 'text')) return element
  const line = (level: number): XmlNode => ({ kind: 'text', text: `\n${'  '.repeat(level)}` })
  const children = element.children.flatMap((child) => [
    line(depth + 1),
    child.kind === 'element' ? indented(child, depth + 1) : child,
  ])
  return { ...element, children: [...children, line(depth)] }
}

/** A file of BPMN with these root elements. */
export function definitionsOf(rootElements: readonly XmlElement[]): XmlDocument {
  const declared = [...namespaces].map(([prefix, uri]) => [`xmlns:${prefix}`, uri] as const)
  const attributes = {
    ...Object.fromEntries(declared),
    id: 'definitions',
    targetNamespace: 'urn:braid:program',
  }
  const root = indented(xml('bpmn:definitions', attributes, rootElements), 0)
  return { content: [root], root }
}

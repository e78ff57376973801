/** XML as the passes look at it: elements with their namespaces and the way back up. */
import { elementsIn, qualify, textIn, type XmlElement } from '../xml/xml-document.ts'

export type Element = {
  /** Without prefix. */
  readonly name: string
  /** Empty when there is none. */
  readonly namespace: string
  /** By the name as written, prefix included. */
  readonly attributes: ReadonlyMap<string, string>
  /** Namespaces by prefix that hold here. */
  readonly prefixes: ReadonlyMap<string, string>
  readonly children: readonly Element[]
  /** Text and CDATA directly inside. */
  readonly text: string
  readonly id?: string
  readonly $parent?: Element
}

export function treeOf(element: XmlElement, parent?: Element): Element {
  const { namespace, local } = qualify(element.name, element.namespaces, 'element')
  const id = element.attributes.get('id')
  const children: Element[] = []
  const tree: Element = {
    name: local,
    namespace,
    attributes: element.attributes,
    prefixes: element.namespaces,
    children,
    text: textIn(element),
    ...(id !== undefined && { id }),
    ...(parent !== undefined && { $parent: parent }),
  }
  for (const child of elementsIn(element)) children.push(treeOf(child, tree))
  return tree
}

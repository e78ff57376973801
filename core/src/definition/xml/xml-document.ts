/**
 * XML as a tree that keeps everything the text says (XML Information Set): what is written from it means the same to
 * any reader, whatever foreign content it holds.
 */

export type XmlDocument = {
  /** In document order: instructions and comments around exactly one element. */
  readonly content: readonly XmlNode[]
  readonly root: XmlElement
}

export type XmlNode =
  | XmlElement
  /** `text` is what it means: references are replaced. */
  | { readonly kind: 'text' | 'cdata' | 'comment'; readonly text: string }
  /** The XML declaration too; `text` as written, delimiters included. */
  | { readonly kind: 'instruction'; readonly text: string }

export type XmlElement = {
  readonly kind: 'element'
  /** As written, prefix included. */
  readonly name: string
  /** By the name as written, `xmlns` declarations included, in document order; references are replaced. */
  readonly attributes: ReadonlyMap<string, string>
  /** Namespaces by prefix that hold here; the default one has an empty prefix. */
  readonly namespaces: ReadonlyMap<string, string>
  readonly children: readonly XmlNode[]
}

export type QualifiedName = { readonly namespace: string; readonly local: string }

/** What a name as written means at an element. Attributes without prefix are in no namespace. */
export function qualify(
  name: string,
  namespaces: ReadonlyMap<string, string>,
  of: 'element' | 'attribute',
): QualifiedName {
  const colon = name.indexOf(':')
  if (colon === -1) return { namespace: of === 'element' ? (namespaces.get('') ?? '') : '', local: name }
  return { namespace: namespaces.get(name.slice(0, colon)) ?? '', local: name.slice(colon + 1) }
}

export const isXmlElement = (node: XmlNode): node is XmlElement => node.kind === 'element'

export const elementsIn = (element: XmlElement): readonly XmlElement[] =>
  element.children.filter(isXmlElement)

/** Text and CDATA directly inside. */
export const textIn = (element: XmlElement): string =>
  element.children.map((node) => (node.kind === 'text' || node.kind === 'cdata' ? node.text : '')).join('')

/** XML text to a tree that keeps all of it. Only for text that the guard let through: no document type, bounded nesting. */
import { failure, type Result, success } from '../../base/result.ts'
import type { XmlDocument, XmlElement, XmlNode } from './xml-document.ts'

/** Why a text is not well-formed; from 1. */
export type XmlFlaw = { readonly message: string; readonly line: number; readonly column: number }

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const reference = /&(?:#x([0-9a-fA-F]+)|#(\d+)|([^;\s<&]{1,40}));/g

/** Replaces references; without document type declarations there are none but those of XML itself. */
const withoutReferences = (text: string): string =>
  text.replace(reference, (written, hex?: string, decimal?: string, name = '') => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    if (!Number.isNaN(code)) return String.fromCodePoint(code)
    return Object.hasOwn(entities, name) ? (entities[name] ?? written) : written
  })

/** XML 1.0 §3.3.3: white space as written is one space each; references keep what they say. */
const attributeValue = (written: string): string => withoutReferences(written.replace(/[\t\n]/g, ' '))

/** What stands between tags and is closed by its own delimiter; instructions keep theirs. */
const sections = [
  { kind: 'comment', opening: '<!--', closing: '-->', keeps: false },
  { kind: 'cdata', opening: '<![CDATA[', closing: ']]>', keeps: false },
  { kind: 'instruction', opening: '<?', closing: '?>', keeps: true },
] as const

const tagName = /[\p{L}_:][\p{L}\p{N}_:.\-·]*/uy
const attribute = /\s+([\p{L}_:][\p{L}\p{N}_:.\-·]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/uy
const tagEnd = /\s*(\/?)>/y

type Open = { readonly element: Omit<XmlElement, 'children'>; readonly children: XmlNode[] }
/** Where reading goes on. */
type Read = { readonly end: number } | { readonly flaw: string }

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function namespacesOf(attributes: ReadonlyMap<string, string>, around?: Open): ReadonlyMap<string, string> {
  const outer = around?.element.namespaces ?? new Map([['xml', 'http://www.w3.org/XML/1998/namespace']])
  const declared = [...attributes].filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'))
  if (declared.length === 0) return outer
  return new Map([...outer, ...declared.map(([name, uri]) => [name.slice('xmlns:'.length), uri] as const)])
}

class XmlReader {
  readonly content: XmlNode[] = []
  readonly #text: string
  readonly #open: Open[] = []

  constructor(text: string) {
    this.#text = text
  }

  /** The whole text; where and why it is not well-formed. */
  read(): { readonly at: number; readonly flaw: string } | undefined {
    let at = 0
    while (at < this.#text.length) {
      const read = this.#text[at] === '<' ? this.#markup(at) : this.#characters(at)
      if ('flaw' in read) return { at, flaw: read.flaw }
      at = read.end
    }
    const unclosed = this.#open.at(-1)?.element.name
    return unclosed === undefined ? undefined : { at, flaw: `<${unclosed}> is not closed` }
  }

  #add(node: XmlNode): void {
    const siblings = this.#open.at(-1)?.children ?? this.content
    siblings.push(node)
  }

  #characters(at: number): Read {
    const next = this.#text.indexOf('<', at)
    const end = next === -1 ? this.#text.length : next
    const text = this.#text.slice(at, end)
    if (this.#open.length > 0) this.#add({ kind: 'text', text: withoutReferences(text) })
    else if (text.trim() !== '') return { flaw: 'text outside of the root element' }
    return { end }
  }

  #markup(at: number): Read {
    if (this.#text.startsWith('</', at)) return this.#closeTag(at)
    const section = sections.find(({ opening }) => this.#text.startsWith(opening, at))
    if (section === undefined) return this.#openTag(at)
    const { kind, opening, closing, keeps } = section
    const close = this.#text.indexOf(closing, at + opening.length)
    if (close === -1) return { flaw: `${opening} is not closed` }
    const end = close + closing.length
    this.#add({
      kind,
      text: keeps ? this.#text.slice(at, end) : this.#text.slice(at + opening.length, close),
    })
    return { end }
  }

  #openTag(at: number): Read {
    const [name] = matchAt(tagName, this.#text, at + 1) ?? []
    if (name === undefined) return { flaw: 'a tag without name' }
    const attributes = new Map<string, string>()
    let end = at + 1 + name.length
    for (let found = matchAt(attribute, this.#text, end); found !== null; ) {
      const [, key = '', double, single] = found
      if (attributes.has(key)) return { flaw: `<${name}> has the attribute ${key} twice` }
      attributes.set(key, attributeValue(double ?? single ?? ''))
      end = attribute.lastIndex
      found = matchAt(attribute, this.#text, end)
    }
    const close = matchAt(tagEnd, this.#text, end)
    if (close === null) return { flaw: `attributes of <${name}> that can't be read` }
    const namespaces = namespacesOf(attributes, this.#open.at(-1))
    const element = { kind: 'element', name, attributes, namespaces } as const
    if (close[1] === '/') this.#add({ ...element, children: [] })
    else this.#open.push({ element, children: [] })
    return { end: tagEnd.lastIndex }
  }

  #closeTag(at: number): Read {
    const [name = ''] = matchAt(tagName, this.#text, at + 2) ?? []
    const end = matchAt(tagEnd, this.#text, at + 2 + name.length)
    const closed = this.#open.pop()
    if (end === null || closed?.element.name !== name) {
      return { flaw: `expected </${closed?.element.name ?? ''}>, got </${name}>` }
    }
    this.#add({ ...closed.element, children: closed.children })
    return { end: tagEnd.lastIndex }
  }
}

export function readXmlDocument(xml: string): Result<XmlDocument, XmlFlaw> {
  // XML 1.0 §2.11: one kind of line end.
  const text = xml.replace(/\r\n?/g, '\n')
  const reader = new XmlReader(text)
  const flaw = reader.read()
  if (flaw !== undefined) {
    const lines = text.slice(0, flaw.at).split('\n')
    return failure({ message: flaw.flaw, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 })
  }
  const [root, ...more] = reader.content.filter((node) => node.kind === 'element')
  if (root !== undefined && more.length === 0) return success({ content: reader.content, root })
  const came = root === undefined ? 'none' : 'several'
  return failure({ message: `expected one root element, got ${came}`, line: 1, column: 1 })
}

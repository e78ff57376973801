/** A tree of XML as text. Reading the text gives the same tree. */
import type { XmlDocument, XmlElement, XmlNode } from './xml-document.ts'

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}
const escaped = (character: string): string => escapes[character] ?? character

/** A reader would change a carriage return, and in attributes any white space but spaces. */
const asText = (text: string): string => text.replace(/[&<>\r]/g, escaped)
const asValue = (text: string): string => text.replace(/[&<>"\t\n\r]/g, escaped)

function writeElement({ name, attributes, children }: XmlElement, parts: string[]): void {
  parts.push('<', name)
  for (const [key, value] of attributes) parts.push(' ', key, '="', asValue(value), '"')
  if (children.length === 0) {
    parts.push('/>')
    return
  }
  parts.push('>')
  for (const child of children) writeNode(child, parts)
  parts.push('</', name, '>')
}

function writeNode(node: XmlNode, parts: string[]): void {
  if (node.kind === 'element') writeElement(node, parts)
  else parts.push(contentOf(node))
}

function contentOf(node: Exclude<XmlNode, XmlElement>): string {
  switch (node.kind) {
    case 'text':
      return asText(node.text)
    case 'cdata':
      return `<![CDATA[${node.text}]]>`
    case 'comment':
      return `<!--${node.text}-->`
    case 'instruction':
      return node.text
  }
}

/** The text is UTF-8 whatever the declaration said. */
export function writeXml({ content }: XmlDocument): string {
  const parts: string[] = []
  const [first, ...rest] = content
  const declared = first?.kind === 'instruction' && /^<\?xml\s/.test(first.text)
  parts.push(
    declared
      ? first.text.replace(/(\sencoding\s*=\s*)(?:"[^"]*"|'[^']*')/, '$1"UTF-8"')
      : '<?xml version="1.0" encoding="UTF-8"?>',
  )
  for (const node of declared ? rest : content) {
    parts.push('\n')
    writeNode(node, parts)
  }
  parts.push('\n')
  return parts.join('')
}

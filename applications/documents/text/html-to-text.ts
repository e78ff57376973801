/** The text of a page: what people read of it, with an empty line between paragraphs. */
import { type DefaultTreeAdapterTypes, parse } from 'parse5'

type Node = DefaultTreeAdapterTypes.Node

export type ReadText = { readonly title?: string; readonly text: string }

const unread = new Set([
  ...['script', 'style', 'noscript', 'template', 'title', 'svg', 'iframe', 'object'],
  ...['select', 'textarea', 'button'],
])
const blocks = new Set([
  ...['address', 'article', 'aside', 'blockquote', 'body', 'dd', 'details', 'div', 'dl', 'dt', 'fieldset'],
  ...['figcaption', 'figure', 'footer', 'form', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hr', 'li'],
  ...['main', 'nav', 'ol', 'p', 'pre', 'section', 'summary', 'table', 'tr', 'ul'],
])

export function htmlToText(html: string): ReadText {
  const parts: string[] = []
  const titles = new Map<string, string>()
  // A list instead of recursion: pages may nest as deep as they like. A text is what comes after the nodes before it.
  const waiting: (Node | string)[] = [parse(html)]
  let preformatted = 0
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (typeof node === 'string') {
      if (node === endOfPreformatted) preformatted -= 1
      else parts.push(node)
    } else if (node.nodeName === '#text' && 'value' in node) {
      parts.push(preformatted > 0 ? node.value : node.value.replaceAll(/[ \t\r\n\f]+/g, ' '))
    } else if ('childNodes' in node) {
      const { nodeName: name } = node
      if ((name === 'title' || name === 'h1') && !titles.has(name)) titles.set(name, wordsOf(node))
      if (unread.has(name)) continue
      const inside: (Node | string)[] = [...node.childNodes]
      if (name === 'pre') {
        preformatted += 1
        inside.push(endOfPreformatted)
      }
      if (name === 'br') inside.unshift('\n')
      if (name === 'td' || name === 'th') inside.push(' ')
      if (name === 'li') inside.unshift('- ')
      if (blocks.has(name)) {
        const line = name === 'li' || name === 'tr' ? '\n' : '\n\n'
        inside.unshift(line)
        inside.push(line)
      }
      for (const child of inside.reverse()) waiting.push(child)
    }
  }
  const title = titles.get('title') || titles.get('h1')
  return { text: tidyLines(parts.join('')), ...(title ? { title } : {}) }
}

const endOfPreformatted = '</pre>'

function wordsOf(node: Node): string {
  const words: string[] = []
  const waiting: Node[] = [node]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if ('value' in next) words.push(next.value)
    if ('childNodes' in next) for (const child of next.childNodes.toReversed()) waiting.push(child)
  }
  return words.join('').replaceAll(/\s+/g, ' ').trim()
}

/** No spaces around line ends, one empty line at most. */
export const tidyLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(/^ +/, '').trimEnd())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()

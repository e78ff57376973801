/** Bytes of a kind that is known, as text. */
import { marked } from 'marked'
import { htmlToText, type ReadText, tidyLines } from './html-to-text.ts'

export type MediaType = 'text/plain' | 'text/markdown' | 'text/html'

const byEnding = new Map<string, MediaType>([
  ['.txt', 'text/plain'],
  ['.md', 'text/markdown'],
  ['.markdown', 'text/markdown'],
  ['.htm', 'text/html'],
  ['.html', 'text/html'],
])

/** Of a file; undefined: none that is read. */
export const mediaTypeOf = (name: string): MediaType | undefined =>
  byEnding.get(/\.[^./\\]+$/.exec(name.toLowerCase())?.[0] ?? '')

/** Of the header `content-type`. */
export function mediaTypeOfHeader(header: string): MediaType | undefined {
  const type = header.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/xhtml+xml') return 'text/html'
  return type === 'text/plain' || type === 'text/markdown' || type === 'text/html' ? type : undefined
}

/** Throws for bytes that are no text of that encoding. `charset`: as a header says. */
export function readText(bytes: Uint8Array, mediaType: MediaType, charset?: string): ReadText {
  const label = charset ?? (mediaType === 'text/html' ? declaredCharset(bytes) : undefined) ?? 'utf-8'
  // PostgreSQL stores no zero characters.
  const text = new TextDecoder(label, { fatal: true }).decode(bytes).replaceAll('\0', '').toWellFormed()
  if (mediaType === 'text/html') return htmlToText(text)
  if (mediaType === 'text/markdown') return htmlToText(marked.parse(text, { async: false }))
  return { text: tidyLines(text.replaceAll(/\r\n?/g, '\n')) }
}

/** Pages say it within their first bytes. */
function declaredCharset(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1_024))
  return /<meta[^>]{1,200}charset\s*=\s*["']?([\w-]{1,40})/i.exec(head)?.[1]
}

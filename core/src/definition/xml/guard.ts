/**
 * The first pass over any XML: refuses, before any parsing, text that would cost too much or that parsers read
 * differently. Its cost is linear in the text, and its memory does not depend on how the text is nested.
 */
import { limits } from '../../base/limits.ts'
import { failure, type Result, success } from '../../base/result.ts'
import type { FindingOf, Positions } from '../finding.ts'
import { scanXml, type XmlMeasures } from './scan-xml.ts'

/** About a text, before anything is known of what it says. */
export type TextCode =
  /** The text is larger than a definition may be. */
  | 'DOCUMENT_TOO_LARGE'
  /** More elements or namespaces than a definition may have. */
  | 'DOCUMENT_TOO_COMPLEX'
  /** Elements are nested deeper than a definition may nest them. */
  | 'DOCUMENT_TOO_DEEP'
  /** A DOCTYPE, ENTITY or other declaration that XML parsers expand. */
  | 'DOCTYPE_FORBIDDEN'
  /** The file says another encoding than UTF-8, or was read with the wrong one. */
  | 'ENCODING_UNSUPPORTED'
  /** A character that XML does not allow, also when written as a reference. */
  | 'CHARACTER_FORBIDDEN'
  /** The text is not well-formed XML. */
  | 'XML_MALFORMED'

export type GuardedText = {
  /** Without byte order mark. */
  readonly xml: string
  readonly positions: Positions
}

/** What a language counts, and how much of it is allowed. */
export type XmlBounds = {
  /** What the text should be, for the message when it is empty: `BPMN 2.0`. */
  readonly language: string
  /** Elements of any kind. */
  readonly maxElements: number
  /** Nesting of elements of any kind. */
  readonly maxDepth: number
  /** Elements that are the size of such a model. */
  readonly counted: Bound
  /** Elements that contain each other. */
  readonly nested: Bound
}

type Bound = {
  /** In the plural. */
  readonly what: string
  readonly max: number
  readonly includes: (localName: string) => boolean
}

/** Distinct namespace prefixes: the parser's work per element grows with them. */
const maxNamespaces = 100
/** Attributes of one element: the parser compares each with all before it. */
const maxAttributes = 250

type Refusal = { readonly code: TextCode; readonly message: string; readonly offset?: number }

const isXmlCharacter = (code: number): boolean =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 32 && code < 0xd800) ||
  (code > 0xdfff && code < 0xfffe)

const codePointName = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`

/** Characters that XML 1.0 §2.2 excludes, and the traces of a text that was read with the wrong encoding. */
function checkCharacters(xml: string): Refusal | undefined {
  let bytes = 0
  for (let at = 0; at < xml.length; at += 1) {
    const code = xml.charCodeAt(at)
    const isPair = code >= 0xd800 && code < 0xdc00 && isLowSurrogate(xml.charCodeAt(at + 1))
    if (code === 0xfffd) {
      const message = 'expected UTF-8 text, got bytes that are not UTF-8'
      return { code: 'ENCODING_UNSUPPORTED', message, offset: at }
    }
    if (!isPair && !isXmlCharacter(code)) {
      const message = `expected characters that XML allows, got ${codePointName(code)}`
      return { code: 'CHARACTER_FORBIDDEN', message, offset: at }
    }
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : isPair ? 4 : 3
    if (isPair) at += 1
  }
  return bytes > limits.definitionBytes ? tooLarge(bytes) : undefined
}

const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code < 0xe000

const tooLarge = (bytes: number): Refusal => ({
  code: 'DOCUMENT_TOO_LARGE',
  message: `expected at most ${limits.definitionBytes} bytes, got ${bytes} or more`,
})

/** A reference such as `&#0;` smuggles in what the text itself may not contain. */
function checkCharacterReferences(xml: string): Refusal | undefined {
  for (const match of xml.matchAll(/&#(?:[xX]([0-9a-fA-F]+)|(\d+));/g)) {
    const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16)
    if (isXmlCharacter(code) || (code > 0xffff && code <= 0x10ffff)) continue
    const message = `expected references to characters that XML allows, got ${match[0].slice(0, 20)}`
    return { code: 'CHARACTER_FORBIDDEN', message, offset: match.index }
  }
  return undefined
}

/** The text is already decoded as UTF-8, which is right for ASCII bytes in any encoding that contains ASCII. */
function checkEncoding(xml: string): Refusal | undefined {
  const declared = /^<\?xml\s[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([^"']{0,40})["']/i.exec(xml)?.[1]
  if (declared === undefined || /^(utf-?8|us-ascii|ascii)$/i.test(declared)) return undefined
  const containsAscii = /^(iso-8859-\d{1,2}|windows-125\d|latin-?1)$/i.test(declared)
  if (containsAscii && !/[\u0080-\uffff]/.test(xml)) return undefined
  return { code: 'ENCODING_UNSUPPORTED', message: `expected encoding UTF-8, got ${declared}`, offset: 0 }
}

function checkMeasures(measures: XmlMeasures, bounds: XmlBounds): Refusal | undefined {
  const over = (code: TextCode, what: string, bound: number): Refusal => ({
    code,
    message: `expected at most ${bound} ${what}, got more`,
  })
  const { counted, nested, maxDepth, maxElements } = bounds
  if (measures.declaration !== undefined) {
    const message = 'expected no document type or entity declarations, got one'
    return { code: 'DOCTYPE_FORBIDDEN', message, offset: measures.declaration }
  }
  if (measures.nested > nested.max) return over('DOCUMENT_TOO_DEEP', nested.what, nested.max)
  if (measures.depth > maxDepth) return over('DOCUMENT_TOO_DEEP', 'nested elements', maxDepth)
  if (measures.counted > counted.max) return over('DOCUMENT_TOO_COMPLEX', counted.what, counted.max)
  if (measures.elements > maxElements) return over('DOCUMENT_TOO_COMPLEX', 'XML elements', maxElements)
  if (measures.attributes > maxAttributes) {
    return over('DOCUMENT_TOO_COMPLEX', 'attributes of one element', maxAttributes)
  }
  if (measures.namespaces > maxNamespaces) return over('DOCUMENT_TOO_COMPLEX', 'namespaces', maxNamespaces)
  return undefined
}

function findingOf(refusal: Refusal, xml: string): FindingOf<TextCode> {
  const { code, message, offset } = refusal
  if (offset === undefined) return { severity: 'error', code, message }
  const before = xml.slice(0, offset)
  const lines = before.split(/\r\n|\r|\n/)
  return { severity: 'error', code, message, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}

/** Checks the text of a definition. Size first, so that nothing else is done to a text that is too large. */
export function guardXml(
  text: string,
  bounds: XmlBounds,
): Result<GuardedText, readonly FindingOf<TextCode>[]> {
  if (text.length > limits.definitionBytes) return failure([findingOf(tooLarge(text.length), '')])
  const xml = text.startsWith('\ufeff') ? text.slice(1) : text
  if (xml.trim() === '') {
    const message = `expected a ${bounds.language} XML document, got an empty text`
    return failure([{ severity: 'error', code: 'XML_MALFORMED', message }])
  }
  const textual = checkCharacters(xml) ?? checkEncoding(xml) ?? checkCharacterReferences(xml)
  if (textual !== undefined) return failure([findingOf(textual, xml)])
  const measures = scanXml(xml, {
    isCounted: bounds.counted.includes,
    isNested: bounds.nested.includes,
    maxDepth: bounds.maxDepth,
    maxElements: bounds.maxElements,
    maxCounted: bounds.counted.max,
    maxAttributes,
  })
  const structural = checkMeasures(measures, bounds)
  if (structural !== undefined) return failure([findingOf(structural, xml)])
  return success({ xml, positions: measures.positions })
}

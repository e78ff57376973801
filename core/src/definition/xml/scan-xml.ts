/**
 * One linear pass over XML text that never builds a tree: counts and measures what a parser would have to hold, and
 * notes where ids are. It follows the same rules as the parser for where tags, comments and quotes end; whatever it
 * does not understand it leaves to the parser to refuse.
 */
import type { Position, Positions } from '../finding.ts'

export type XmlMeasures = {
  /** All elements. */
  readonly elements: number
  /** Elements whose local name `isCounted` accepts. */
  readonly counted: number
  /** Most attributes of one element. */
  readonly attributes: number
  /** Distinct `xmlns` names. */
  readonly namespaces: number
  /** Deepest nesting of elements. */
  readonly depth: number
  /** Deepest nesting of elements whose local name `isNested` accepts. */
  readonly nested: number
  /** Offset of the first declaration such as `<!DOCTYPE`. */
  readonly declaration?: number
  readonly positions: Positions
}

export type ScanOptions = {
  readonly isCounted: (localName: string) => boolean
  readonly isNested: (localName: string) => boolean
  /** The scan stops once it is deeper or has seen more. */
  readonly maxDepth: number
  readonly maxElements: number
  readonly maxCounted: number
  readonly maxAttributes: number
}

const isSpace = (code: number): boolean => code === 32 || (code > 8 && code < 14)
const quote = 34
const apostrophe = 39
const greaterThan = 62
const slash = 47

/** Offsets of the first and last element that declares an id. */
type Places = Map<string, { readonly first: number; readonly last: number }>

/** Finds the `>` of a tag, stepping over quoted values; calls `onAttribute` for each of them. -1 when there is none. */
function endOfTag(
  xml: string,
  start: number,
  onAttribute: (name: string, from: number, to: number) => void,
): number {
  let segment = start
  for (let at = start; at < xml.length; at += 1) {
    const code = xml.charCodeAt(at)
    if (code === greaterThan) return at
    if (code !== quote && code !== apostrophe) continue
    const close = xml.indexOf(code === quote ? '"' : "'", at + 1)
    if (close === -1) continue
    const before = xml.slice(segment, at).trimEnd()
    if (before.endsWith('=')) onAttribute(before.slice(0, -1).trim(), at + 1, close)
    at = close
    segment = close + 1
  }
  return -1
}

/** Where a comment, CDATA section or processing instruction at `start` ends; `undefined` when it is none of these. */
function endOfSection(xml: string, start: number): number | undefined {
  const closing = xml.startsWith('<!--', start)
    ? '-->'
    : xml.startsWith('<![CDATA[', start)
      ? ']]>'
      : xml.startsWith('<?', start)
        ? '?>'
        : undefined
  if (closing === undefined) return undefined
  const end = xml.indexOf(closing, start)
  return end === -1 ? xml.length : end + closing.length
}

function endOfName(xml: string, start: number): number {
  let end = start
  while (end < xml.length) {
    const code = xml.charCodeAt(end)
    if (isSpace(code) || code === greaterThan || code === slash) break
    end += 1
  }
  return end
}

const withoutPrefix = (name: string): string => name.slice(name.indexOf(':') + 1)

/** Where ids are, as lines and columns; the lines are only counted when somebody asks. */
function positionsOf(xml: string, places: Places): Positions {
  let lineStarts: number[] | undefined
  const locate = (offset: number): Position => {
    lineStarts ??= [0, ...[...xml.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length)]
    let [low, high] = [0, lineStarts.length]
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if ((lineStarts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 }
  }
  return {
    find(id, occurrence) {
      const place = places.get(id)
      return place === undefined ? undefined : locate(place[occurrence])
    },
  }
}

export function scanXml(xml: string, options: ScanOptions): XmlMeasures {
  const places: Places = new Map()
  const namespaces = new Set<string>()
  /** For each open element, whether `isNested` accepts it. */
  const open: boolean[] = []
  let [elements, counted, depth, nested, nestedNow, attributes] = [0, 0, 0, 0, 0, 0]
  let declaration: number | undefined
  let at = xml.indexOf('<')
  const goesOn = (): boolean =>
    depth <= options.maxDepth &&
    elements <= options.maxElements &&
    counted <= options.maxCounted &&
    attributes <= options.maxAttributes
  while (at !== -1 && goesOn()) {
    const tag = at
    const section = endOfSection(xml, tag)
    if (section !== undefined) {
      at = xml.indexOf('<', section)
      continue
    }
    if (xml.startsWith('<!', tag)) {
      declaration = tag
      break
    }
    if (xml.startsWith('</', tag)) {
      if (open.pop() === true) nestedNow -= 1
      at = xml.indexOf('<', tag + 2)
      continue
    }
    const nameEnd = endOfName(xml, tag + 1)
    const name = withoutPrefix(xml.slice(tag + 1, nameEnd))
    let own = 0
    const end = endOfTag(xml, nameEnd, (attribute, from, to) => {
      own += 1
      if (attribute.startsWith('xmlns')) namespaces.add(attribute)
      if (attribute !== 'id') return
      const id = xml.slice(from, to)
      places.set(id, { first: places.get(id)?.first ?? tag, last: tag })
    })
    if (end === -1) break
    elements += 1
    attributes = Math.max(attributes, own)
    if (options.isCounted(name)) counted += 1
    const isNested = options.isNested(name)
    depth = Math.max(depth, open.length + 1)
    nested = Math.max(nested, nestedNow + (isNested ? 1 : 0))
    if (xml.charCodeAt(end - 1) !== slash) {
      open.push(isNested)
      if (isNested) nestedNow += 1
    }
    at = xml.indexOf('<', end + 1)
  }
  const positions = positionsOf(xml, places)
  const measures = { elements, counted, attributes, namespaces: namespaces.size, depth, nested, positions }
  return declaration === undefined ? measures : { ...measures, declaration }
}

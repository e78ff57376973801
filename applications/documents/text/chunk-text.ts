/**
 * Cuts a text at the ends of paragraphs and sentences.
 * C1 no chunk is longer than `size`, and none is empty;
 * C2 all words of the text are in the chunks, in order;
 * C3 a chunk begins with the last sentences of the one before it, as far as they fit into `overlap`.
 */
export type ChunkSize = { readonly size: number; readonly overlap: number }

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' })

/** Sizes are in UTF-16 units; the overlap is half a chunk at most. */
export function chunkText(text: string, { size, overlap }: ChunkSize): readonly string[] {
  const chunks: string[] = []
  const repeated = Math.min(overlap, Math.floor(size / 2))
  let parts: Part[] = []
  let length = 0
  for (const part of partsOf(text, size)) {
    if (grown(length, part) > size) {
      chunks.push(joined(parts))
      parts = endOf(parts, Math.min(repeated, size - part.text.length - 2))
      length = parts.reduce(grown, 0)
    }
    parts.push(part)
    length = grown(length, part)
  }
  return length === 0 ? chunks : [...chunks, joined(parts)]
}

/** A sentence, or a piece of a long one; whether a paragraph begins with it. */
type Part = { readonly text: string; readonly begins: boolean }

const gap = ({ begins }: Part): string => (begins ? '\n\n' : ' ')

/** The length of what is there and a part behind it. */
const grown = (length: number, part: Part): number =>
  part.text.length + (length === 0 ? 0 : length + gap(part).length)

const joined = (parts: readonly Part[]): string =>
  parts.map((part, index) => (index === 0 ? '' : gap(part)) + part.text).join('')

/** The last parts that fit into `room`. */
function endOf(parts: readonly Part[], room: number): Part[] {
  let from = parts.length
  let used = 0
  for (const part of parts.toReversed()) {
    used += part.text.length + (from === parts.length ? 0 : 2)
    if (used > room) break
    from -= 1
  }
  return parts.slice(from)
}

function* partsOf(text: string, size: number): Generator<Part> {
  for (const paragraph of text.split(/\n[^\S\n]*\n\s*/)) {
    let begins = true
    for (const { segment } of sentences.segment(paragraph)) {
      for (const piece of piecesOf(segment.trim(), size)) {
        yield { text: piece, begins }
        begins = false
      }
    }
  }
}

/** At spaces where there are some, and never within a character. */
function* piecesOf(sentence: string, size: number): Generator<string> {
  let rest = sentence
  while (rest.length > size) {
    const space = rest.slice(0, size + 1).search(/\s\S*$/)
    const high = /[\uD800-\uDBFF]$/.test(rest.slice(0, size))
    const end = space > 0 ? space : high && size > 1 ? size - 1 : size
    yield rest.slice(0, end).trimEnd()
    rest = rest.slice(end).trimStart()
  }
  if (rest !== '') yield rest
}

/** The colours that programs write for terminals (ECMA-48 §8.3.117, SGR), as data that React can draw. */
import Anser from 'anser'

export type Span = {
  /** Where it begins in the line as it is shown. */
  readonly at: number
  readonly text: string
  readonly style: {
    readonly color?: string
    readonly backgroundColor?: string
    readonly fontWeight?: number
    readonly fontStyle?: 'italic'
    readonly opacity?: number
    readonly textDecoration?: string
  }
}

const escapeCharacter = String.fromCharCode(27)
const bell = String.fromCharCode(7)

const pattern = (source: string): RegExp =>
  new RegExp(source.replaceAll('ESC', escapeCharacter).replaceAll('BEL', bell), 'g')

const colourSequence = pattern('ESC\\[([\\d;]*)m')
/** Titles, links and other messages to a terminal: up to BEL or ST, or to the end where that is missing. */
const messages = pattern('ESC[\\]PX^_][^BELESC]*(?:BEL|ESC\\\\|$)')
/** Movements of the cursor and the like: everything that is no colour. */
const movements = pattern('ESC\\[(?![\\d;]*m)[\\x30-\\x3f]*[\\x20-\\x2f]*(?:[\\x40-\\x7e]|$)')
const shortSequences = pattern('ESC(?:[\\x20-\\x2f]+[\\x30-\\x7e]|[^\\[\\x20-\\x2f]|$)')
const controls = /[\p{Cc}--[\t]]/gv

/** More colours at once than programs use; bounds what a line carries from those before it. */
const longestStyle = 200

/** The sequences that are in force after a text, given those before it. */
export function styleAfter(style: string, text: string): string {
  if (!text.includes(escapeCharacter)) return style
  let after = style
  for (const [sequence, parameters = ''] of text.matchAll(colourSequence))
    after = /^[0;]*$/.test(parameters) ? '' : after.length > longestStyle ? sequence : after + sequence
  return after
}

/** A line without what only a terminal understands, but with its colours still in it. */
const withColoursOnly = (text: string): string =>
  text.includes(escapeCharacter)
    ? text.replace(messages, '').replace(movements, '').replace(shortSequences, '')
    : text

/** A line in pieces of one look each. Nothing in it is markup: texts stay texts. */
export function spansOf(style: string, text: string): readonly Span[] {
  const coloured = style + withColoursOnly(text)
  if (!coloured.includes(escapeCharacter)) return [{ at: 0, text: coloured.replace(controls, ''), style: {} }]
  let at = 0
  return Anser.ansiToJson(coloured, { use_classes: true, remove_empty: true })
    .map((piece) => {
      const span = { at, text: piece.content.replace(controls, ''), style: styleOf(piece) }
      at += piece.content.length
      return span
    })
    .filter(({ text: shown }) => shown !== '')
}

export const plainText = (text: string): string =>
  withColoursOnly(text).replace(colourSequence, '').replace(controls, '')

function styleOf(piece: Anser.AnserJsonEntry): Span['style'] {
  const color = colourOf(piece.fg, piece.fg_truecolor)
  const behind = colourOf(piece.bg, piece.bg_truecolor)
  // Named colours are made for letters: behind them, they are pale.
  const backgroundColor =
    behind?.startsWith('var(') === true ? `color-mix(in srgb, ${behind} 35%, transparent)` : behind
  const has = (name: Anser.DecorationName): boolean => piece.decorations.includes(name)
  const line = [has('underline') ? 'underline' : '', has('strikethrough') ? 'line-through' : '']
    .join(' ')
    .trim()
  return {
    ...(color === undefined ? {} : { color }),
    ...(backgroundColor === undefined ? {} : { backgroundColor }),
    ...(has('bold') ? { fontWeight: 700 } : {}),
    ...(has('italic') ? { fontStyle: 'italic' as const } : {}),
    ...(has('hidden') ? { opacity: 0 } : has('dim') ? { opacity: 0.65 } : {}),
    ...(line === '' ? {} : { textDecoration: line }),
  }
}

/** The sixteen named colours are the theme's; the others are what the program chose. */
function colourOf(name: string | null, exact: string | null): string | undefined {
  if (name === null) return undefined
  if (name === 'ansi-truecolor') return exact === null ? undefined : `rgb(${exact})`
  const index = /^ansi-palette-(\d+)$/.exec(name)?.[1]
  return index === undefined ? `var(--${name})` : paletteColour(Number(index))
}

const levels = [0, 95, 135, 175, 215, 255]

/** 16 to 231: a cube of 6 × 6 × 6 colours; 232 to 255: greys. */
function paletteColour(index: number): string {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10
    return `rgb(${grey}, ${grey}, ${grey})`
  }
  const place = index - 16
  const parts = [Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6]
  return `rgb(${parts.map((part) => levels[part] ?? 0).join(', ')})`
}

import { readSubtraction } from './character-class.ts'

/**
 * Rewrites a pattern of XPath 3.1 §5.6.1, which FEEL uses, for the linear-time engine: `.` leaves out carriage returns
 * too, classes with
 * a subtraction become plain ones, `x` drops white space outside of character classes. Undefined for what XPath doesn't know.
 */
export function toEnginePattern(pattern: string, flags: string): string | undefined {
  const dotAll = flags.includes('s')
  const extended = flags.includes('x')
  let source = ''
  let classDepth = 0
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!
    if (char === '\\') {
      const escaped = readEscape(pattern, at, extended && classDepth === 0)
      if (escaped === undefined) return undefined
      source += escaped.text
      at = escaped.last
    } else if (char === '[') {
      const rewritten = classDepth === 0 ? readSubtraction(pattern, at) : null
      if (rewritten === undefined) return undefined
      source += rewritten?.text ?? char
      if (rewritten === null) classDepth++
      else at = rewritten.last
    } else if (char === ']' && classDepth > 0) {
      classDepth--
      source += char
    } else if (classDepth === 0 && char === '.' && !dotAll) source += '[^\\n\\r]'
    else if (!(extended && classDepth === 0 && /\s/.test(char))) source += char
  }
  return source
}

/** Basic Latin is the one Unicode block whose name the engine has no category for but that is common. */
const blocks: Readonly<Record<string, string>> = { IsBasicLatin: '[\\x00-\\x7F]' }

type Escape = { readonly text: string; readonly last: number }

function readEscape(pattern: string, start: number, extended: boolean): Escape | undefined {
  let at = start + 1
  while (extended && /\s/.test(pattern[at] ?? '')) at++
  const char = pattern[at]
  if (char === undefined || char === '0') return undefined
  if ((char !== 'p' && char !== 'P') || pattern[at + 1] !== '{') return { text: `\\${char}`, last: at }
  const end = pattern.indexOf('}', at)
  if (end < 0) return undefined
  const name = extended ? pattern.slice(at + 2, end).replace(/\s+/g, '') : pattern.slice(at + 2, end)
  const block = char === 'p' && Object.hasOwn(blocks, name) ? blocks[name] : undefined
  return { text: block ?? `\\${char}{${name}}`, last: end }
}

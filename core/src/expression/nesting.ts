/**
 * Position of the bracket that opens more than `limit` levels, undefined when there is none. Runs before the parser,
 * whose work grows with the square of the nesting. Strings, quoted names and comments don't count.
 */
export function tooDeepAt(source: string, limit: number): number | undefined {
  let depth = 0
  for (let at = 0; at < source.length; at++) {
    const char = source[at]!
    if ('([{'.includes(char)) {
      depth++
      if (depth > limit) return at
    } else if (')]}'.includes(char)) depth--
    else at = skipText(source, at, char)
  }
  return undefined
}

/** The last position of the string, quoted name or comment that starts here, or the position itself. */
function skipText(source: string, start: number, char: string): number {
  if (char === '"' || char === '`') {
    let at = start + 1
    while (at < source.length && source[at] !== char) at += source[at] === '\\' ? 2 : 1
    return at
  }
  if (char !== '/') return start
  const next = source[start + 1]
  if (next !== '/' && next !== '*') return start
  const end = next === '/' ? source.indexOf('\n', start) : source.indexOf('*/', start + 2)
  return end < 0 ? source.length : next === '/' ? end : end + 1
}

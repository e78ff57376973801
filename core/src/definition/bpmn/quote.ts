/** Characters of a foreign text that a message repeats. */
const maxQuoted = 100

/** A foreign text for a message: in quotes, on one line, and cut when it is long. */
export function quoted(text: string): string {
  const line = text.slice(0, maxQuoted + 1).replace(/\s+/g, ' ')
  return line.length > maxQuoted ? `"${line.slice(0, maxQuoted)}…"` : `"${line}"`
}

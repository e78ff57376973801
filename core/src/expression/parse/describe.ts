/** Why a source doesn't go on like this, in a sentence. */
export function describe(source: string, position: number): string {
  if (source.trim() === '') return 'The expression is empty'
  if (position >= source.length) return 'The expression ends where more was expected'
  if (source[position] === '"') return `The string at position ${position} doesn't fit here or has no end`
  const token = /^(?:[\p{L}\p{N}_]+|[=<>!&|*.]+|[\s\S])/u.exec(source.slice(position, position + 40))
  return `Unexpected ${JSON.stringify(token?.[0] ?? source[position])} at position ${position}`
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
}

/** The text of a quoted FEEL string. Unknown escapes stay as written, as regular expressions need them. */
export function unquote(literal: string): string {
  const body = literal.slice(1, -1)
  if (!body.includes('\\')) return body
  return body.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|([\s\S]))/g, (whole, four, six, one) => {
    const code: string | undefined = four ?? six
    if (code === undefined) return Object.hasOwn(escapes, one) ? escapes[one]! : whole
    const point = Number.parseInt(code, 16)
    return point > 0x10_ff_ff ? whole : String.fromCodePoint(point)
  })
}

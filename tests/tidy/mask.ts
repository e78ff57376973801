/**
 * Splits source text by eye rather than by grammar: comments and the contents of strings are replaced by spaces, so
 * that what is left can be searched as code. Offsets and line breaks stay. Good enough for text that a formatter wrote.
 */

export type Masked = {
  /** As long as the source; comments, strings and regular expressions are blank, code inside templates stays. */
  readonly code: string
  readonly strings: readonly { readonly offset: number; readonly text: string }[]
}

export function mask(source: string): Masked {
  const scanner: Scanner = { source, code: [...blank(source)], strings: [], at: 0 }
  readCode(scanner, false)
  return { code: scanner.code.join(''), strings: scanner.strings }
}

type Scanner = {
  readonly source: string
  readonly code: string[]
  readonly strings: { offset: number; text: string }[]
  at: number
}

/** By code unit, so that offsets agree with the source. */
function* blank(source: string): Generator<string> {
  for (let at = 0; at < source.length; at += 1) yield source[at] === '\n' ? '\n' : ' '
}

/** Until the end, or in a template until the brace that closes its expression. */
function readCode(scanner: Scanner, inTemplate: boolean): void {
  let depth = 0
  while (scanner.at < scanner.source.length) {
    const rest = scanner.source.slice(scanner.at, scanner.at + 2)
    const char = rest[0] ?? ''
    if (rest === '//') skipTo(scanner, '\n')
    else if (rest === '/*') skipPast(scanner, '*/')
    else if (char === "'" || char === '"') readString(scanner, char)
    else if (char === '`') readTemplate(scanner)
    else if (char === '/' && beginsExpression(scanner)) readRegularExpression(scanner)
    else {
      if (char === '{') depth += 1
      if (char === '}') depth -= 1
      if (inTemplate && depth < 0) return
      keep(scanner)
    }
  }
}

function keep(scanner: Scanner): void {
  scanner.code[scanner.at] = scanner.source[scanner.at] ?? ''
  scanner.at += 1
}

function skipTo(scanner: Scanner, end: string): void {
  const found = scanner.source.indexOf(end, scanner.at)
  scanner.at = found < 0 ? scanner.source.length : found
}

function skipPast(scanner: Scanner, end: string): void {
  scanner.at += end.length
  skipTo(scanner, end)
  scanner.at += end.length
}

/** A quote without its partner on the line is an apostrophe in the text of an element. */
function readString(scanner: Scanner, quote: string): void {
  const begin = scanner.at + 1
  for (let at = begin; at < scanner.source.length && scanner.source[at] !== '\n'; at += 1) {
    if (scanner.source[at] === '\\') at += 1
    else if (scanner.source[at] === quote) {
      scanner.strings.push({ offset: begin, text: scanner.source.slice(begin, at) })
      scanner.code[begin - 1] = quote
      scanner.code[at] = quote
      scanner.at = at + 1
      return
    }
  }
  scanner.at += 1
}

function readTemplate(scanner: Scanner): void {
  const begin = scanner.at + 1
  scanner.at = begin
  while (scanner.at < scanner.source.length && scanner.source[scanner.at] !== '`') {
    if (scanner.source[scanner.at] === '\\') scanner.at += 2
    else if (scanner.source.startsWith('${', scanner.at)) {
      scanner.at += 2
      readCode(scanner, true)
      scanner.at += 1
    } else scanner.at += 1
  }
  scanner.strings.push({ offset: begin, text: scanner.source.slice(begin, scanner.at) })
  scanner.at += 1
}

/** Whether a slash here opens a regular expression: it does where no value stands before it. */
function beginsExpression(scanner: Scanner): boolean {
  const before = scanner.code
    .slice(Math.max(0, scanner.at - 80), scanner.at)
    .join('')
    .trimEnd()
  return before === '' || /[(,=:[!&|?{;+]$|=>$|\b(return|typeof|case|in|of)$/.test(before)
}

function readRegularExpression(scanner: Scanner): void {
  let inClass = false
  for (let at = scanner.at + 1; at < scanner.source.length && scanner.source[at] !== '\n'; at += 1) {
    const char = scanner.source[at]
    if (char === '\\') at += 1
    else if (char === '[') inClass = true
    else if (char === ']') inClass = false
    else if (char === '/' && !inClass) {
      scanner.at = at + 1
      return
    }
  }
  keep(scanner)
}

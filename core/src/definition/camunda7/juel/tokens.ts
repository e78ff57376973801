/** JUEL source to tokens. */
import { syntaxError } from './syntax.ts'

export type Token = {
  readonly kind: 'number' | 'string' | 'name' | 'operator' | 'end'
  /** Of a string: what it says. Words for operators are their signs. */
  readonly text: string
  readonly at: number
}

const patterns = [
  ['space', /\s+/uy],
  ['number', /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/uy],
  ['string', /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/uy],
  ['name', /[\p{L}_$][\p{L}\p{N}_$]*/uy],
  ['operator', /\|\||&&|[=!<>]=|->|\+=|[-+*/%<>!?:.,;=()[\]{}]/uy],
] as const

const words: Readonly<Record<string, string>> = {
  or: '||',
  and: '&&',
  eq: '==',
  ne: '!=',
  lt: '<',
  gt: '>',
  le: '<=',
  ge: '>=',
  div: '/',
  mod: '%',
  not: '!',
}

/** A quoted text without quotes; a backslash only protects quotes and itself. */
const unquoted = (text: string): string => text.slice(1, -1).replace(/\\(["'\\])/g, '$1')

function tokenAt(source: string, at: number): { token: Token | undefined; end: number } {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at
    const text = pattern.exec(source)?.[0]
    if (text === undefined) continue
    const end = pattern.lastIndex
    if (kind === 'space') return { token: undefined, end }
    if (kind === 'string') return { token: { kind, text: unquoted(text), at }, end }
    const sign = kind === 'name' && Object.hasOwn(words, text) ? words[text] : undefined
    return { token: sign === undefined ? { kind, text, at } : { kind: 'operator', text: sign, at }, end }
  }
  const quote = source[at] === '"' || source[at] === "'"
  throw syntaxError(quote ? 'a text is not closed' : `unexpected ${JSON.stringify(source[at])}`, at)
}

export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < source.length) {
    const { token, end } = tokenAt(source, at)
    if (token !== undefined) tokens.push(token)
    at = end
  }
  return [...tokens, { kind: 'end', text: 'the end', at: source.length }]
}

/** Names of several tokens as a tree: each step is a token, and a name ends where there is a spelling. */
export type KnownNames = { readonly next: Map<string, KnownNames>; spelling: string | null }

export const noNames = (): KnownNames => ({ next: new Map(), spelling: null })

/** Longer texts are no names; bounds the work of matching one. */
const nameTokensLimit = 32

const startCharacters =
  '?A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f' +
  '\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}'
const partCharacters = `${startCharacters}0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040`

/** DMN 1.5 §10.3.1.2, rules 27 to 30. */
export const wordStart = new RegExp(`[${startCharacters}]`, 'uy')
export const word = new RegExp(`[${partCharacters}]+`, 'uy')
/** A word, or a sign that may be part of a name. */
export const nameToken = new RegExp(`[${partCharacters}]+|\\*\\*|[./\\-'’+*]`, 'uy')

/** Words that end a name that isn't known, and don't start one. */
const keywords: ReadonlySet<string> = new Set([
  'for',
  'in',
  'return',
  'if',
  'then',
  'else',
  'some',
  'every',
  'satisfies',
  'or',
  'and',
  'between',
  'instance',
  'function',
  'null',
  'true',
  'false',
])

export const isKeyword = (text: string): boolean => keywords.has(text)

/** As written, with every run of white space made one space. */
export const spellName = (text: string): string => text.trim().split(/\s+/).join(' ')

function tokensOf(name: string): readonly string[] {
  const tokens: string[] = []
  for (let at = 0; at < name.length; ) {
    if (/\s/.test(name[at]!)) {
      at++
      continue
    }
    nameToken.lastIndex = at
    const token = nameToken.exec(name)?.[0]
    if (token === undefined) return []
    tokens.push(token)
    at += token.length
  }
  return tokens
}

/** Whether a name can be read without knowing it: words in a row that are no keywords. */
const isPlain = (tokens: readonly string[]): boolean =>
  tokens.every((token) => /^[^./\-'’+*]/.test(token) && !isKeyword(token))

/** Whether a key reads as the same name without quotes. */
export function needsNoQuotes(text: string): boolean {
  const tokens = tokensOf(text)
  wordStart.lastIndex = 0
  return wordStart.test(text) && isPlain(tokens) && tokens.join(' ') === text
}

/**
 * Makes a name known. FEEL allows operators and keywords inside names (§10.3.1.4), so `a-b` is one name where it has
 * been declared and a subtraction elsewhere.
 */
export function declareName(names: KnownNames, name: string): void {
  const tokens = tokensOf(name)
  if (tokens.length === 0 || tokens.length > nameTokensLimit || isPlain(tokens)) return
  let at = names
  for (const token of tokens) {
    const next = at.next.get(token) ?? noNames()
    at.next.set(token, next)
    at = next
  }
  at.spelling ??= spellName(name)
}

/** The tree of these names. Names that the parser reads anyway are not in it. */
export function knownNames(names: Iterable<string>): KnownNames {
  const known = noNames()
  for (const name of names) declareName(known, name)
  return known
}

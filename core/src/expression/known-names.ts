/** Names made of several tokens that the parser has to recognise as one, by their normal form. */
export type KnownNames = {
  /** Normal forms: tokens joined by single spaces. */
  readonly keys: ReadonlySet<string>
  /** Every beginning of a key that ends at a token. */
  readonly prefixes: ReadonlySet<string>
  /** From the normal form to the spelling that was declared. */
  readonly spellings: ReadonlyMap<string, string>
}

/** Longer texts are no names; bounds the work of matching one. */
const nameTokensLimit = 32

/** Built-in names with a keyword inside; the parser reads all others without help. */
const builtInNames = ['get or else']

const keywords =
  /(?:^|\s)(?:for|in|return|if|then|else|some|every|satisfies|or|and|between|instance|function|null|true|false)(?:\s|$)/

const tokensOf = (name: string): readonly string[] => name.match(/[^\s./\-'+*]+|\*\*|[./\-'+*]/g) ?? []

export const normalName = (name: string): string => tokensOf(name).join(' ')

/** As written, with every run of white space made one space. */
export const spellName = (text: string): string => text.split(/\s+/).filter(Boolean).join(' ')

/**
 * The names this source declares (context keys, loop variables, parameters) plus the ones given from outside.
 * FEEL allows operators and keywords inside names (DMN 1.5 §10.3.1.4), so `a-b` is one name where it is declared
 * and a subtraction elsewhere. A declared name is recognised in the whole source.
 */
export function collectNames(source: string, outside: readonly string[]): KnownNames {
  const keys = new Set<string>()
  const prefixes = new Set<string>()
  const spellings = new Map<string, string>()
  for (const name of [...builtInNames, ...outside, ...declaredNames(source)]) {
    const spelling = spellName(name)
    if (!/[./\-'+*]/.test(spelling) && !keywords.test(spelling)) continue
    const tokens = tokensOf(spelling)
    if (tokens.length === 0 || tokens.length > nameTokensLimit) continue
    let prefix = ''
    for (const token of tokens) {
      prefix = prefix === '' ? token : `${prefix} ${token}`
      prefixes.add(prefix)
    }
    keys.add(prefix)
    if (!spellings.has(prefix)) spellings.set(prefix, spelling)
  }
  return { keys, prefixes, spellings }
}

/** Candidates only: each pattern stops at the next bracket, comma or colon, so the scan stays linear. */
function* declaredNames(source: string): Generator<string> {
  for (const match of source.matchAll(/[{,]([^{}",:()[\]]+):/g)) yield match[1]!
  for (const match of source.matchAll(/\bfunction\s*\(([^()]*)\)/g)) {
    for (const parameter of match[1]!.split(',')) yield parameter.split(':', 1)[0]!
  }
  for (const match of source.matchAll(/\b(?:for|some|every)\s/g)) {
    const start = match.index + match[0].length
    const name = /^([^{}",:()[\]]*?)\sin\b/.exec(source.slice(start, start + 255))
    if (name !== null) yield name[1]!
  }
}

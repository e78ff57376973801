import { type Cursor, fail, moveTo, skipSpace } from './cursor.ts'
import {
  declareName,
  isKeyword,
  type KnownNames,
  nameToken,
  noNames,
  spellName,
  word,
  wordStart,
} from './known-names.ts'

type Found = { readonly name: string; readonly end: number }

/** Names of the language itself with a keyword inside. */
const builtIn = noNames()
for (const name of ['date and time', 'years and months duration', 'days and time duration', 'get or else']) {
  declareName(builtIn, name)
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0]
}

/** The word that starts here, which need not be a name. */
export const wordAt = (cursor: Cursor): string =>
  matchAt(wordStart, cursor.source, cursor.at) === undefined
    ? ''
    : (matchAt(word, cursor.source, cursor.at) ?? '')

export function takeKeyword(cursor: Cursor, keyword: string): boolean {
  if (!cursor.source.startsWith(keyword, cursor.at) || wordAt(cursor) !== keyword) return false
  moveTo(cursor, cursor.at + keyword.length)
  return true
}

export function expectKeyword(cursor: Cursor, keyword: string): void {
  if (!takeKeyword(cursor, keyword)) fail(cursor)
}

/** The longest known name that starts here. */
function findKnown(names: KnownNames, source: string, start: number): Found | undefined {
  let found: Found | undefined
  let end = start
  for (let node = names; node.next.size > 0; ) {
    const at = skipSpace(source, end)
    const token = matchAt(nameToken, source, at)
    const next = token === undefined ? undefined : node.next.get(token)
    if (token === undefined || next === undefined) return found
    end = at + token.length
    if (next.spelling !== null) found = { name: next.spelling, end }
    node = next
  }
  return found
}

/** As many words in a row as are no keywords. */
function findPlain(source: string, start: number, first: string): Found {
  let end = start + first.length
  for (;;) {
    const at = skipSpace(source, end)
    const next = at === end ? undefined : matchAt(word, source, at)
    if (next === undefined || isKeyword(next)) return { name: spellName(source.slice(start, end)), end }
    end = at + next.length
  }
}

const longest = (left: Found | undefined, right: Found | undefined): Found | undefined =>
  left === undefined || (right !== undefined && right.end > left.end) ? right : left

/** Takes a name: the longest that is known, or else words in a row. A path's first word may be a keyword. */
export function takeName(cursor: Cursor, kind: 'variable' | 'path' | 'type'): string | undefined {
  const { source, at } = cursor
  if (source[at] === '`') return takeQuoted(cursor)
  const first = wordAt(cursor)
  if (first === '') return undefined
  const trees = kind === 'type' ? [cursor.types] : [cursor.names, ...cursor.outside]
  let known = findKnown(builtIn, source, at)
  for (const names of trees) known = longest(findKnown(names, source, at), known)
  const plain = kind !== 'path' && isKeyword(first) ? undefined : findPlain(source, at, first)
  const found = longest(known, plain)
  if (found === undefined) return undefined
  moveTo(cursor, found.end)
  return found.name
}

/** A name between backticks, as an extension of FEEL writes names with operators. */
function takeQuoted(cursor: Cursor): string | undefined {
  const end = cursor.source.indexOf('`', cursor.at + 1)
  if (end < 0) return undefined
  const name = cursor.source.slice(cursor.at + 1, end)
  moveTo(cursor, end + 1)
  return name
}

/**
 * Where a name that is declared here ends: it may hold any token of names, up to a sign or the word that follows it.
 * Undefined when there is none.
 */
export function findDeclared(cursor: Cursor, until?: string): Found | undefined {
  if (wordAt(cursor) === '') return undefined
  let end = cursor.at
  for (;;) {
    const at = skipSpace(cursor.source, end)
    const token = matchAt(nameToken, cursor.source, at)
    if (token === undefined || token === until) break
    end = at + token.length
  }
  return end === cursor.at ? undefined : { name: spellName(cursor.source.slice(cursor.at, end)), end }
}

/** Takes a name that is declared here and makes it known to the rest of the source. */
export function takeDeclared(cursor: Cursor, until?: string): string {
  const found = findDeclared(cursor, until)
  if (found === undefined) {
    fail(cursor)
    return ''
  }
  declareName(cursor.names, found.name)
  moveTo(cursor, found.end)
  return found.name
}

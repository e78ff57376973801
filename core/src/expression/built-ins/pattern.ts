import { type Matcher, RE2JS } from 're2js'
import { limits } from '../../base/limits.ts'
import type { Run } from '../run.ts'
import type { Value } from '../values.ts'
import { compileReferences, findsReferences } from './back-reference.ts'
import { hasReference, readPattern } from './back-reference-pattern.ts'
import { toEnginePattern } from './regular-expression.ts'
import type { BuiltIns } from './signature.ts'
import { nullable, takes, text } from './signature.ts'

/** Work that counts as one step of fuel. */
const workPerStep = 25

const patterns = new Map<string, RE2JS | null>()
/** Bounds the memory for compiled patterns. */
const patternsLimit = 200

const flagBits: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  s: RE2JS.DOTALL,
  m: RE2JS.MULTILINE,
}

/** The engine's form of flags; undefined when one of them is unknown. */
function bitsOf(flags: string): number | undefined {
  let bits = 0
  for (const flag of flags) {
    if (flag === 'x') continue
    if (!Object.hasOwn(flagBits, flag)) return undefined
    bits |= flagBits[flag]!
  }
  return bits
}

/** A compiled pattern; null when it is none. The engine takes linear time, so no pattern can blow up. */
function compilePattern(pattern: string, flags: string): RE2JS | null {
  const key = `${flags}/${pattern}`
  const known = patterns.get(key)
  if (known !== undefined) return known
  const bits = bitsOf(flags)
  if (bits === undefined) return null
  let compiled: RE2JS | null = null
  const source = toEnginePattern(pattern, flags)
  try {
    if (source !== undefined) compiled = RE2JS.compile(source, bits)
  } catch {
    // The library reports a pattern that it can't read by throwing.
    compiled = null
  }
  if (patterns.size >= patternsLimit) patterns.clear()
  patterns.set(key, compiled)
  return compiled
}

/** A pattern ready for one text, with what it may still cost. */
type Search = {
  readonly run: Run
  readonly input: string
  readonly compiled: RE2JS
  /** Whether looking for all matches reads each character about once. */
  readonly readsOnce: boolean
  work: number
}

/**
 * Patterns that never read beyond a match: plain characters and classes, at most the last one repeated. Any other may
 * read the rest of the text once per match, in vain (`a[^b]*b|a`), so finding all matches is quadratic.
 */
const plainPattern = /^(?:\\\D|\[(?:\\.|[^\]\\])*\]|[^\\[\](){}|*+?^$])+[+*]?$/s

function prepare(run: Run, input: string, pattern: string, flags: string | null): Search | null {
  if (pattern.length > limits.patternLength) {
    return run.fail('REGEX_LIMIT', `The pattern has more than ${limits.patternLength} characters`)
  }
  if (!run.allow(input.length)) return null
  const compiled = compilePattern(pattern, flags ?? '')
  if (compiled === null) return null
  const search = { run, input, compiled, readsOnce: plainPattern.test(pattern), work: 0 }
  return pay(search, input.length) ? search : null
}

/** Takes the work of reading so many characters; `false` when the search has to stop. */
function pay(search: Search, characters: number): boolean {
  const work = search.compiled.programSize() * characters
  search.work += work
  if (search.work > limits.patternWork) {
    search.run.fail('REGEX_LIMIT', 'The pattern is too complex for a text of this length')
  }
  return search.run.spend(1 + Math.ceil(work / workPerStep))
}

/** All matches, paid for one by one; stops early when the run has failed. */
function* matchesOf(search: Search): Generator<Matcher> {
  const matcher = search.compiled.matcher(search.input)
  while (matcher.find()) {
    yield matcher
    if (!pay(search, search.readsOnce ? 1 : search.input.length - matcher.end())) return
  }
}

function replaceAll(search: Search, replacement: string): Value {
  let size = search.input.length
  for (const matcher of matchesOf(search)) {
    size += replacement.length + (replacement.includes('$') ? matcher.end() - matcher.start() : 0)
    if (!search.run.allow(size)) return null
  }
  if (search.run.failure !== null) return null
  try {
    return search.compiled.matcher(search.input).replaceAll(replacement, true)
  } catch {
    // A reference to a group that the pattern doesn't have.
    return null
  }
}

function split(search: Search): Value {
  const parts: Value[] = []
  let from = 0
  for (const matcher of matchesOf(search)) {
    if (matcher.end() === matcher.start()) continue
    parts.push(search.input.slice(from, matcher.start()))
    from = matcher.end()
  }
  parts.push(search.input.slice(from))
  return parts
}

function extract(search: Search): Value {
  const found: Value[] = []
  for (const matcher of matchesOf(search)) found.push(matcher.group())
  return found
}

/** Patterns with back-references have an engine of their own. */
function matchReferences(run: Run, input: string, pattern: string, flags: string): Value {
  const bits = bitsOf(flags)
  if (bits === undefined || pattern.length > limits.patternLength || !run.allow(input.length)) return null
  const source = toEnginePattern(pattern, flags)
  const read = source === undefined ? undefined : readPattern(source, bits)
  const program = read === undefined ? undefined : compileReferences(read.node, read.groups)
  if (program === undefined) return null
  const options = { ignoreCase: flags.includes('i'), multiLine: flags.includes('m') }
  return findsReferences(program, input, options, run)
}

export const patternFunctions: BuiltIns = {
  matches: [
    takes([text('input'), text('pattern'), nullable(text('flags'))], (run, input, pattern, flags) => {
      if (hasReference(pattern)) return matchReferences(run, input, pattern, flags ?? '')
      const search = prepare(run, input, pattern, flags)
      return search === null ? null : search.compiled.matcher(input).find()
    }),
  ],
  replace: [
    takes(
      [text('input'), text('pattern'), text('replacement'), nullable(text('flags'))],
      (run, input, pattern, replacement, flags) => {
        const search = prepare(run, input, pattern, flags)
        return search === null ? null : replaceAll(search, replacement)
      },
    ),
  ],
  split: [
    takes([text('string'), text('delimiter')], (run, input, delimiter) => {
      const search = prepare(run, input, delimiter, null)
      return search === null ? null : split(search)
    }),
  ],
  extract: [
    takes([text('string'), text('pattern')], (run, input, pattern) => {
      const search = prepare(run, input, pattern, null)
      return search === null ? null : extract(search)
    }),
  ],
}

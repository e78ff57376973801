/**
 * Regular expressions of forms. The browser reads them as JavaScript does (ECMA-262 §22.2); here they run on an engine
 * of linear time, which has neither looks around nor back references.
 */
import { RE2JS } from 're2js'
import { failure, type Result, success } from '../base/result.ts'

export type Pattern = {
  readonly source: string
  /** Fuel that looking through a text takes. */
  steps(text: string): number
  occursIn(text: string): boolean
}

/** Characters of one pattern. Longer ones compile to automata that are slow on any text. */
const patternLimit = 1_000
/** States of the automaton times characters read that count as one step of fuel. */
const workPerStep = 25

/** Spaces of ECMA-262 that the engine's `\s` leaves out. */
const moreSpaces =
  '\\x{0B}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}\\x{FEFF}'
const lineEnds = '\\n\\r\\x{2028}\\x{2029}'

/** Compiles a pattern once; the failure says what is wrong with it. */
export function compilePattern(source: string): Result<Pattern, string> {
  if (source.length > patternLimit) {
    return failure(`expected a pattern of at most ${patternLimit} characters, got ${source.length}`)
  }
  return compileSource(source)
}

function compileSource(source: string): Result<Pattern, string> {
  try {
    const engine = RE2JS.compile(inEngineTerms(RE2JS.translateRegExp(source)))
    return success({
      source,
      steps: (text) => 1 + Math.ceil((engine.programSize() * text.length) / workPerStep),
      occursIn: (text) => engine.matcher(text).find(),
    })
  } catch (error) {
    // The library reports a pattern that it can't read by throwing.
    const reason =
      error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error)
    return failure(`expected a regular expression without looks around and back references: ${reason}`)
  }
}

/** Says in full what `.` and `\s` mean in JavaScript. */
function inEngineTerms(source: string): string {
  let inClass = false
  return source.replace(/\\[\s\S]|[[\].]/g, (token) => {
    if (token === '\\s') return inClass ? `\\s${moreSpaces}` : `[\\s${moreSpaces}]`
    if (token === '\\S' && !inClass) return `[^\\s${moreSpaces}]`
    if (token === '.') return inClass ? token : `[^${lineEnds}]`
    if (token === '[') {
      if (inClass) return '\\['
      inClass = true
    } else if (token === ']') inClass = false
    return token
  })
}

/** A pattern of the program itself. */
export function knownPattern(source: string): Pattern {
  const compiled = compileSource(source)
  if (!compiled.ok) throw new Error(compiled.error)
  return compiled.value
}

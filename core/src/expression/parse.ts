import type { SyntaxNode, Tree } from '@lezer/common'
import type { LRParser } from '@lezer/lr'
import { parser } from 'lezer-feel'
import { limits } from '../base/limits.ts'
import { failure, type Result, success } from '../base/result.ts'
import { convertExpression, convertTests } from './convert.ts'
import type { ExpressionFinding } from './finding.ts'
import { collectNames, type KnownNames } from './known-names.ts'
import { trackNames } from './name-tracker.ts'
import { tooDeepAt } from './nesting.ts'
import type { Expression, UnaryTests } from './syntax.ts'

/** What the parser's type hides: the functions that find keywords among names. */
type Specializing = { specializers: readonly ((text: string, stack: unknown) => number)[] }

/**
 * lezer-feel has no range types (DMN 1.5 §10.3.1.2, rule 54). They have the form of list types, so `range` may stand
 * wherever the contextual keyword `list` may; the conversion looks at the text.
 */
function withRangeTypes(base: LRParser): LRParser {
  const copy = base.configure({ dialect: 'camunda', strict: true })
  const hidden = copy as unknown as Specializing
  hidden.specializers = hidden.specializers.map(
    (find) => (text, stack) => find(text === 'range' ? 'list' : text, stack),
  )
  return copy
}

const feelParser = withRangeTypes(parser)

/** Reads one expression; `names` are variables whose names contain operators or keywords. */
export function parseExpression(
  source: string,
  names: readonly string[],
): Result<Expression, ExpressionFinding> {
  const parsed = parseTree(source, 'Expression', names)
  return parsed.ok ? convertExpression(parsed.value.node, source, parsed.value.known) : parsed
}

/** Reads the unary tests of a decision table cell. */
export function parseUnaryTests(
  source: string,
  names: readonly string[],
): Result<UnaryTests, ExpressionFinding> {
  const parsed = parseTree(source, 'UnaryTests', names)
  return parsed.ok ? convertTests(parsed.value.node, source, parsed.value.known) : parsed
}

type Parsed = { readonly node: SyntaxNode; readonly known: KnownNames }

function parseTree(
  source: string,
  top: 'Expression' | 'UnaryTests',
  names: readonly string[],
): Result<Parsed, ExpressionFinding> {
  if (source.length > limits.expressionLength) {
    const message = `The expression has ${source.length} characters; ${limits.expressionLength} are allowed`
    return failure({ code: 'EXPRESSION_TOO_LONG', message })
  }
  const deep = tooDeepAt(source, limits.expressionDepth)
  if (deep !== undefined) {
    const message = `The expression nests deeper than ${limits.expressionDepth} levels`
    return failure({ code: 'EXPRESSION_TOO_DEEP', message, position: deep })
  }
  const known = collectNames(source, names)
  const tree = runParser(source, top, known)
  return typeof tree === 'number'
    ? failure({ code: 'EXPRESSION_SYNTAX', message: describe(source, tree), position: tree })
    : success({ node: tree.topNode, known })
}

/** The tree, or the position of the first token that doesn't fit. */
function runParser(source: string, top: 'Expression' | 'UnaryTests', known: KnownNames): Tree | number {
  try {
    return feelParser.configure({ top, contextTracker: trackNames(known) }).parse(source)
  } catch (error) {
    // The strict parser reports the place in the text of its SyntaxError only.
    const at = error instanceof SyntaxError ? /^No parse at (\d+)$/.exec(error.message) : null
    if (at === null) throw error
    return Number(at[1])
  }
}

function describe(source: string, reported: number): string {
  const position = reported + (source.slice(reported).length - source.slice(reported).trimStart().length)
  if (source.trim() === '') return 'The expression is empty'
  if (position >= source.length) return 'The expression ends where more was expected'
  if (source[position] === '"') return `The string at position ${position} doesn't fit here or has no end`
  const token = /^(?:[\p{L}\p{N}_]+|[=<>!&|*.]+|[\s\S])/u.exec(source.slice(position, position + 40))
  const message = `Unexpected ${JSON.stringify(token?.[0] ?? source[position])} at position ${position}`
  // The parser gives up on chains of more than 300 operators in a long source, wherever they are.
  return position < 2_000
    ? message
    : `${message}; or a chain of operators there is too long without parentheses`
}

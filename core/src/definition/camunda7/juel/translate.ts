/** Texts of Camunda 7, with `${…}` in them, as texts of Camunda 8. */
import { limits } from '../../../base/limits.ts'
import { failure, type Result, success } from '../../../base/result.ts'
import { compileExpression } from '../../../expression/expression.ts'
import { feelOf, type Names } from './feel.ts'
import { parseJuel } from './parse.ts'
import { type JuelFlaw, JuelRefusal, syntaxError, unsupported } from './syntax.ts'

type Part = { readonly text: string } | { readonly source: string; readonly at: number }

const noNames: Names = new Map()
/** `#{` means the same as `${`, evaluated later, which makes no difference to an engine. */
const opening = /\\?[$#]\{/g
/** What closes an expression, stepping over texts. */
const inner = /(?:[^"'}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*\}/y

/** The constant parts and the expressions of a text, in order. */
function partsOf(text: string): readonly Part[] {
  const parts: Part[] = []
  let end = 0
  for (const match of text.matchAll(opening)) {
    if (match.index < end || match[0].startsWith('\\')) continue
    const start = match.index + match[0].length
    inner.lastIndex = start
    if (inner.exec(text) === null) throw syntaxError(`expected } to close ${match[0]}`, match.index)
    if (match.index > end) parts.push({ text: text.slice(end, match.index) })
    end = inner.lastIndex
    parts.push({ source: text.slice(start, end - 1), at: start })
  }
  if (end < text.length) parts.push({ text: text.slice(end) })
  return parts
}

function expressionFeel({ source, at }: Extract<Part, { at: number }>, names: Names): string {
  try {
    return feelOf(parseJuel(source), names)
  } catch (error) {
    if (!(error instanceof JuelRefusal)) throw error
    throw new JuelRefusal({ ...error.flaw, at: error.flaw.at + at })
  }
}

/** Null is an empty text among others, as in JUEL. */
function joined(parts: readonly Part[], names: Names): string {
  const texts = parts.map((part) =>
    'text' in part ? JSON.stringify(unescaped(part.text)) : `string(${expressionFeel(part, names)})`,
  )
  return `string join([${texts.join(', ')}])`
}

const unescaped = (text: string): string => text.replace(/\\([$#]\{)/g, '$1')

function checked(feel: string): string {
  const compiled = compileExpression(feel)
  if (!compiled.ok) throw unsupported(`as FEEL, ${feel} is not valid: ${compiled.error.message}`, 0)
  return feel
}

const attempt = (run: () => string): Result<string, JuelFlaw> => {
  try {
    return success(run())
  } catch (error) {
    if (!(error instanceof JuelRefusal)) throw error
    return failure(error.flaw)
  }
}

function templateFeel(text: string, names: Names): string | undefined {
  if (text.length > limits.expressionLength) {
    throw syntaxError(`expected at most ${limits.expressionLength} characters`, 0)
  }
  const parts = partsOf(text.trim())
  const [only, ...more] = parts
  if (!parts.some((part) => 'source' in part)) return undefined
  if (only !== undefined && 'source' in only && more.length === 0) return checked(expressionFeel(only, names))
  return checked(joined(parts, names))
}

export const isTemplate = (text: string): boolean => /[$#]\{/.test(text)

/** FEEL without a leading `=`; a text without any expression is a constant. */
export const translateToFeel = (text: string, names: Names = noNames): Result<string, JuelFlaw> =>
  attempt(() => templateFeel(text, names) ?? JSON.stringify(unescaped(text)))

/** A text that is FEEL when it starts with `=`, as extensions of Camunda 8 have it. */
export const translateText = (text: string, names: Names = noNames): Result<string, JuelFlaw> =>
  attempt(() => {
    const feel = templateFeel(text, names)
    if (feel !== undefined) return `=${feel}`
    const constant = unescaped(text)
    return constant.trimStart().startsWith('=') ? `=${JSON.stringify(constant)}` : constant
  })

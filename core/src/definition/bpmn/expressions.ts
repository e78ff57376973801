/** Expressions and constants in attributes and bodies: read and, when they are FEEL, compiled once to find faults. */
import { compileExpression } from '../../expression/expression.ts'
import type { Expression } from '../../model/program.ts'
import type { Element } from './element.ts'
import type { FindingLog } from './finding.ts'
import { quoted } from './quote.ts'

export type ExpressionReader = {
  /** `=` starts FEEL, anything else is a constant text. */
  value(text: string, at: Element, what: string): Expression
  /** FEEL with or without a leading `=`. */
  condition(text: string, at: Element, what: string): Expression
}

const isFeel = (text: string): boolean => text.trimStart().startsWith('=')

/** Placeholders of other expression languages, so that the message can say what is wrong. */
const foreignLanguage = /^[#$]\{/

export function createExpressionReader(log: FindingLog): ExpressionReader {
  /** Faults by source: models repeat the same few expressions. */
  const faults = new Map<string, string | undefined>()

  function faultOf(source: string): string | undefined {
    if (source === '') return 'got none'
    if (foreignLanguage.test(source)) return `got ${quoted(source)}, which is another language`
    const compiled = compileExpression(source)
    if (compiled.ok) return undefined
    const { message, position } = compiled.error
    return `got ${quoted(source)}: ${message}${position === undefined ? '' : ` (at character ${position + 1})`}`
  }

  function feel(source: string, at: Element, what: string): Expression {
    if (!faults.has(source)) faults.set(source, faultOf(source))
    const fault = faults.get(source)
    if (fault !== undefined)
      log.error('INVALID_EXPRESSION', at, `expected a FEEL expression as ${what}, ${fault}`)
    return { feel: source }
  }

  return {
    value: (text, at, what) => (isFeel(text) ? feel(text.trim().slice(1).trim(), at, what) : { value: text }),
    condition: (text, at, what) => feel(text.trim().replace(/^=/, '').trim(), at, what),
  }
}

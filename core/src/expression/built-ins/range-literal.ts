import { compare } from '../compare.ts'
import { rangeOf } from '../compile/comparison.ts'
import { parseExpression } from '../parse/parse.ts'
import type { Expression } from '../syntax.ts'
import { parseDate, parseDateTime, parseDuration, parseTemporal, parseTime } from '../temporal/parse.ts'
import type { Value } from '../values.ts'

/** Longer texts are no range of two literals. */
const textLimit = 1_000

const readers: Readonly<Record<string, (text: string) => Value>> = {
  date: parseDate,
  time: parseTime,
  'date and time': parseDateTime,
  duration: parseDuration,
}

/** Reads a range such as `[1..3)`, whose ends are literals (DMN 1.5 §10.3.4.10); null when it is none. */
export function parseRange(text: string): Value {
  const parsed = text.length > textLimit ? undefined : parseExpression(text)
  if (parsed?.ok !== true || parsed.value.kind !== 'range') return null
  const { start, startIncluded, end, endIncluded } = parsed.value
  const [from, to] = [readEnd(start), readEnd(end)]
  if (from === undefined || to === undefined || (compare(from, to) ?? 0) > 0) return null
  return rangeOf(from, startIncluded, to, endIncluded)
}

function readEnd(expression: Expression): Value | undefined {
  if (expression.kind === 'literal') return expression.value
  if (expression.kind === 'at-literal') return parseTemporal(expression.text) ?? undefined
  if (expression.kind !== 'call' || expression.callee.kind !== 'name') return undefined
  const [text] = expression.args
  const { name } = expression.callee
  if (expression.args.length !== 1 || text?.kind !== 'literal' || typeof text.value !== 'string')
    return undefined
  return Object.hasOwn(readers, name) ? (readers[name]!(text.value) ?? undefined) : undefined
}

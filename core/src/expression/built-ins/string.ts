import type { Value } from '../values.ts'
import type { BuiltIns } from './signature.ts'
import { integer, optional, takes, text } from './signature.ts'

/** Characters are code points, so a surrogate pair counts once (DMN 1.5 §10.3.4.3). */
const hasPairs = (value: string): boolean => /[\ud800-\udbff]/.test(value)

const lengthOf = (value: string): number => (hasPairs(value) ? Array.from(value).length : value.length)

function substring(value: string, start: number, length: number | null): Value {
  if (start === 0 || (length !== null && length < 1)) return null
  const characters: { slice(from: number, to: number): string | string[]; readonly length: number } =
    hasPairs(value) ? Array.from(value) : value
  const from = start > 0 ? start - 1 : Math.max(0, characters.length + start)
  if (from > characters.length) return null
  const part = characters.slice(from, length === null ? characters.length : from + length)
  return typeof part === 'string' ? part : part.join('')
}

export const stringFunctions: BuiltIns = {
  substring: [
    takes(
      [text('string'), integer('start position'), optional(integer('length'))],
      (run, value, start, length) => (run.allow(value.length) ? substring(value, start, length) : null),
    ),
  ],
  'string length': [
    takes([text('string')], (run, value) => (run.allow(value.length) ? lengthOf(value) : null)),
  ],
  'upper case': [
    takes([text('string')], (run, value) => (run.allow(value.length) ? value.toUpperCase() : null)),
  ],
  'lower case': [
    takes([text('string')], (run, value) => (run.allow(value.length) ? value.toLowerCase() : null)),
  ],
  'substring before': [
    takes([text('string'), text('match')], (run, value, match) => {
      if (!run.allow(value.length)) return null
      const at = value.indexOf(match)
      return at < 0 ? '' : value.slice(0, at)
    }),
  ],
  'substring after': [
    takes([text('string'), text('match')], (run, value, match) => {
      if (!run.allow(value.length)) return null
      const at = value.indexOf(match)
      return at < 0 ? '' : value.slice(at + match.length)
    }),
  ],
  contains: [
    takes([text('string'), text('match')], (run, value, match) =>
      run.allow(value.length) ? value.includes(match) : null,
    ),
  ],
  'starts with': [takes([text('string'), text('match')], (_run, value, match) => value.startsWith(match))],
  'ends with': [takes([text('string'), text('match')], (_run, value, match) => value.endsWith(match))],
  trim: [takes([text('string')], (run, value) => (run.allow(value.length) ? value.trim() : null))],
  'is blank': [
    takes([text('string')], (run, value) => (run.allow(value.length) ? value.trim() === '' : null)),
  ],
}

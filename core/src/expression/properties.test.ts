import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../base/json.ts'
import { compileExpression, compileUnaryTests } from './expression.ts'
import { formatNumber } from './number.ts'
import { fromEpochDay, toEpochDay } from './temporal/calendar.ts'

const Exact = Decimal.clone({ precision: 34, rounding: Decimal.ROUND_HALF_EVEN, maxE: 6144, minE: -6143 })

const evaluate = (source: string, values: ReadonlyMap<string, JsonValue> = new Map()) => {
  const compiled = compileExpression(source)
  return compiled.ok
    ? compiled.value.evaluate({ variables: (name) => values.get(name), now: 0 })
    : { ok: false as const, error: compiled.error }
}

/** Pieces that often make sense side by side. */
const fragments = [
  'a',
  'b.c',
  '1',
  '-2',
  '0.5',
  '"x"',
  'null',
  'true',
  '@"2024-01-01"',
  '@"P1D"',
  '@"10:00:00Z"',
  '[',
  ']',
  '(',
  ')',
  '{',
  '}',
  'x:',
  ',',
  '..',
  '+',
  '-',
  '*',
  '/',
  '**',
  '=',
  '!=',
  '<',
  '>=',
  'and',
  'or',
  'not(',
  'in',
  'between',
  'if',
  'then',
  'else',
  'for',
  'return',
  'some',
  'every',
  'satisfies',
  'instance of',
  'number',
  'function(y)',
  'y',
  'item',
  '?',
  'count(',
  'sort(',
  'string(',
  'date(',
  'duration(',
  'replace(',
  'get value(',
  'partial',
  '`q',
  '.',
] as const

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>

describe('any text', () => {
  it('is a finding or an expression whose evaluation never throws', () => {
    const source = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(fc.constantFrom(...fragments), { maxLength: 14 }).map((parts) => parts.join(' ')),
    )
    fc.assert(
      fc.property(source, json, json, (text, a, b) => {
        const result = evaluate(
          text,
          new Map([
            ['a', a],
            ['b', b],
          ]),
        )
        if (result.ok) expect(() => JSON.stringify(result.value)).not.toThrow()
        const tests = compileUnaryTests(text)
        if (tests.ok) tests.value.test({ variables: () => undefined, now: 0, input: a })
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('built-in functions', () => {
  const names = [
    'string',
    'number',
    'not',
    'substring',
    'string length',
    'upper case',
    'contains',
    'matches',
    'replace',
    'split',
    'extract',
    'list contains',
    'count',
    'min',
    'max',
    'sum',
    'mean',
    'product',
    'median',
    'stddev',
    'mode',
    'all',
    'any',
    'sublist',
    'append',
    'concatenate',
    'insert before',
    'remove',
    'list replace',
    'reverse',
    'index of',
    'union',
    'distinct values',
    'duplicate values',
    'flatten',
    'sort',
    'string join',
    'decimal',
    'floor',
    'round up',
    'abs',
    'modulo',
    'sqrt',
    'log',
    'exp',
    'odd',
    'get value',
    'get entries',
    'context put',
    'context merge',
    'context',
    'date',
    'time',
    'date and time',
    'duration',
    'years and months duration',
    'day of week',
    'before',
    'overlaps',
    'includes',
    'range',
    'is',
    'get or else',
    'partition',
    'from json',
    'to json',
    'trim',
  ] as const

  it('take any arguments', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(json, { maxLength: 4 }), (name, values) => {
        const parameters = values.map((_, index) => `v${index}`)
        const variables = new Map(values.map((value, index) => [`v${index}`, value]))
        const result = evaluate(`${name}(${parameters.join(', ')})`, variables)
        if (!result.ok) expect(result.error.code).toMatch(/_LIMIT$|EXHAUSTED$/)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('arithmetic', () => {
  const digits = (places: number) =>
    fc
      .tuple(fc.bigInt(-(10n ** 18n), 10n ** 18n), fc.integer({ min: 0, max: places }))
      .map(([whole, scale]) => new Exact(String(whole)).div(new Exact(10).pow(scale)).toFixed())

  it.each([
    ['+', (left: Decimal, right: Decimal) => left.plus(right)],
    ['-', (left: Decimal, right: Decimal) => left.minus(right)],
    ['*', (left: Decimal, right: Decimal) => left.times(right)],
    ['/', (left: Decimal, right: Decimal) => left.div(right)],
  ] as const)('%s is decimal128', (operator, exact) => {
    fc.assert(
      fc.property(digits(12), digits(12), (left, right) => {
        const result = evaluate(`string((${left}) ${operator} (${right}))`)
        const expected = exact(new Exact(left), new Exact(right))
        const text = expected.isFinite() ? expected.plus(0).toFixed() : null
        expect(result).toEqual({ ok: true, value: text === '-0' ? '0' : text })
      }),
      { numRuns: 500 },
    )
  })

  it('reads doubles as the decimal they are written as', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 })
    fc.assert(
      fc.property(double, double, (a, b) => {
        const values = new Map([
          ['a', a],
          ['b', b],
        ])
        const sum = new Exact(a).plus(b)
        expect(evaluate('string(a + b)', values)).toEqual({
          ok: true,
          value: sum.isZero() ? '0' : sum.toFixed(),
        })
        expect(evaluate('a < b', values)).toEqual({ ok: true, value: a < b })
        expect(formatNumber(a)).toBe(new Exact(a).isZero() ? '0' : new Exact(a).toFixed())
      }),
    )
  })
})

describe('the calendar', () => {
  it('counts days both ways', () => {
    fc.assert(
      fc.property(fc.integer({ min: -400_000_000, max: 400_000_000 }), (day) => {
        const date = fromEpochDay(day)
        expect(toEpochDay(date.year, date.month, date.day)).toBe(day)
      }),
    )
  })

  it('agrees with the host where the host has dates', () => {
    fc.assert(
      fc.property(fc.integer({ min: -99_999_999, max: 99_999_999 }), (day) => {
        const host = new Date(day * 86_400_000)
        const date = fromEpochDay(day)
        expect([date.year, date.month, date.day]).toEqual([
          host.getUTCFullYear(),
          host.getUTCMonth() + 1,
          host.getUTCDate(),
        ])
      }),
    )
  })

  it('gives JSON values back unchanged', () => {
    fc.assert(
      fc.property(json, (value) => {
        const result = evaluate('[a, {b: a}.b]', new Map([['a', value]]))
        expect(JSON.stringify(result.ok && result.value)).toBe(JSON.stringify([value, value]))
      }),
    )
  })
})

import { performance } from 'node:perf_hooks'
import { describe, expect, it, test } from 'vitest'
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { Result } from '../base/result.ts'
import { compileExpression, type EvaluationError, type ExpressionFinding } from './expression.ts'

function attempt(
  source: string,
  values: JsonObject = {},
): Result<JsonValue, EvaluationError | ExpressionFinding> {
  const compiled = compileExpression(source)
  if (!compiled.ok) return compiled
  return compiled.value.evaluate({
    variables: (name) => (Object.hasOwn(values, name) ? values[name] : undefined),
    now: 0,
  })
}

const codeOf = (result: Result<JsonValue, EvaluationError | ExpressionFinding>): string =>
  result.ok ? 'none' : result.error.code

/** Far above what is measured (under 0.2 s), far below what a blow-up takes. */
const patienceMs = 3_000

function quickly<T>(work: () => T): T {
  const start = performance.now()
  const result = work()
  expect(performance.now() - start).toBeLessThan(patienceMs)
  return result
}

const long = 'a'.repeat(100_000)

describe('what is large takes fuel each time that it runs', () => {
  const sum = Array.from({ length: 8_000 }, () => 'i').join('+')

  test.each([
    ['for', `for i in 1..900000 return ${sum}`],
    ['some', `some i in 1..900000 satisfies ${sum} = -1`],
    ['a filter', `(for i in 1..9000 return i)[${sum.slice(0, 10_000).replaceAll('i', 'item')}1 = -1]`],
    ['a function', `{f: function(i) ${sum}, r: for n in 1..900000 return f(n)}`],
    ['an inner domain', `for i in 1..900000, j in [${sum}] return 1`],
    ['back-references', `matches("${'a'.repeat(2_000)}", "^(a?)(?:a*)*(?:a*)*\\1b$")`],
  ])('%s', (_, source) => {
    expect(codeOf(quickly(() => attempt(source)))).toMatch(/^(FUEL_EXHAUSTED|REGEX_LIMIT)$/)
  })
})

describe('regular expressions take linear time or stop', () => {
  test.each([
    ['matches(x, "^(a+)+$")', { x: `${long}!` }, false],
    ['matches(x, "(x+x+)+y")', { x: 'x'.repeat(100_000) }, false],
    ['matches(x, "^(([a-z])+.)+[A-Z]([a-z])+$")', { x: long }, false],
  ])('%s', (source, values, expected) => {
    expect(quickly(() => attempt(source, values))).toEqual({ ok: true, value: expected })
  })

  test.each([
    ['extract(x, "a[^b]*b|a")', { x: long }],
    ['replace(x, "(.*)(.*)(.*)b|a", "z")', { x: long }],
    ['split(x, "a(.*b)?")', { x: long }],
    ['matches(x, "(a?){1000}")', { x: long }],
    ['matches("a", p)', { p: '(a|b)?'.repeat(500) }],
  ])('%s', (source, values) => {
    expect(codeOf(quickly(() => attempt(source, values)))).toBe('REGEX_LIMIT')
  })

  it('replaces and splits long texts by plain patterns', () => {
    const commas = 'ab,'.repeat(30_000)
    const result = quickly(() => attempt('count(split(x, ","))', { x: commas }))
    expect(result).toEqual({ ok: true, value: 30_001 })
  })
})

describe('evaluation stops at its limits', () => {
  test.each([
    ['for i in 1..1000000000 return i', 'FUEL_EXHAUSTED'],
    ['for i in [1..1000000000] return i', 'FUEL_EXHAUSTED'],
    [
      'for a in 1..100, b in 1..100, c in 1..100, d in 1..100, e in 1..100, f in 1..100 return 1',
      'FUEL_EXHAUSTED',
    ],
    ['some x in 1..1000000000 satisfies x < 0', 'FUEL_EXHAUSTED'],
    ['count((for i in 1..100000 return i)[count((for j in 1..100000 return j)) > item])', 'FUEL_EXHAUSTED'],
    ['(function(f) f(f))(function(f) f(f))', 'FUEL_EXHAUSTED'],
    ['(function(f) [f(f), f(f)])(function(f) [f(f), f(f)])', 'FUEL_EXHAUSTED'],
    ['for i in 1..100000 return partial', 'FUEL_EXHAUSTED'],
    ['(for i in 1..1000 return [partial[-1]])[-1]', 'SIZE_LIMIT'],
    ['string join(for i in 1..900000 return x, "")', 'SIZE_LIMIT'],
    ['replace(x, "a", x)', 'SIZE_LIMIT'],
    ['for i in 1..200000 return exp(i / 1000)', 'FUEL_EXHAUSTED'],
    ['for i in 1..200000 return 1.1 ** (i / 1000)', 'FUEL_EXHAUSTED'],
    ['for i in 1..100000 return upper case(x)', 'FUEL_EXHAUSTED'],
    ['distinct values(for i in 1..10000 return [i])', 'FUEL_EXHAUSTED'],
    ['duplicate values(for i in 1..10000 return [i])', 'FUEL_EXHAUSTED'],
    ['for i in 1..100000 return date and time("2024-03-31T02:30:00@Europe/Berlin")', 'FUEL_EXHAUSTED'],
  ])('%s', (source, code) => {
    expect(codeOf(quickly(() => attempt(source, { x: long })))).toBe(code)
  })

  const doubling = (last: string) => {
    const entries = Array.from({ length: 60 }, (_, n) => `a${n}: [${n === 0 ? 1 : `a${n - 1}, a${n - 1}`}]`)
    return `{${entries.join(', ')}, r: ${last}}.r`
  }
  test.each([
    ['a59', 'SIZE_LIMIT'],
    ['flatten(a59)', 'FUEL_EXHAUSTED'],
    ['string(a59)', 'FUEL_EXHAUSTED'],
    ['[a59] = [[a58, a58]]', 'none'],
  ])('values shared 2^60 times: %s', (last, code) => {
    expect(codeOf(quickly(() => attempt(doubling(last))))).toBe(code)
  })
})

describe('sources that are too long or too deep are refused', () => {
  test.each([
    ['('.repeat(100_000), 'EXPRESSION_TOO_LONG'],
    [`${'1+'.repeat(500_000)}1`, 'EXPRESSION_TOO_LONG'],
    ['('.repeat(16_000) + ')'.repeat(16_000), 'EXPRESSION_TOO_DEEP'],
    ['['.repeat(16_000) + ']'.repeat(16_000), 'EXPRESSION_TOO_DEEP'],
    ['{a:'.repeat(10_000), 'EXPRESSION_TOO_DEEP'],
    ['date('.repeat(6_000), 'EXPRESSION_TOO_DEEP'],
    [`${'-'.repeat(1_000)}1`, 'EXPRESSION_TOO_DEEP'],
    [`a${'.b'.repeat(900)}`, 'EXPRESSION_TOO_DEEP'],
    [`${'if a then '.repeat(200)}1${' else 1'.repeat(200)}`, 'EXPRESSION_TOO_DEEP'],
    ['"'.repeat(32_001), 'EXPRESSION_SYNTAX'],
    ['>'.repeat(32_000), 'EXPRESSION_SYNTAX'],
    [')(*&^%'.repeat(5_000), 'EXPRESSION_SYNTAX'],
    ['if a '.repeat(6_000), 'EXPRESSION_SYNTAX'],
    ['a in ('.repeat(5_000), 'EXPRESSION_TOO_DEEP'],
    [`${'a in ('.repeat(50)}1${'..2)'.repeat(50)}`, 'none'],
    [`${'f(a: '.repeat(120)}1${')'.repeat(120)}`, 'none'],
    [`${'a('.repeat(100)}1${')(1)(1)(1)'.repeat(100)}`, 'EXPRESSION_TOO_DEEP'],
    [`x instance of ${'list<'.repeat(6_000)}`, 'EXPRESSION_TOO_DEEP'],
    ['/*'.repeat(16_000), 'EXPRESSION_SYNTAX'],
    ['a-'.repeat(16_000), 'EXPRESSION_SYNTAX'],
    ['[1..a['.repeat(5_000), 'EXPRESSION_TOO_DEEP'],
    [`{${Array.from({ length: 2_000 }, (_, n) => `a-${'b-'.repeat(n % 6)}${n}:1`).join(',')},z:a}`, 'none'],
    [`{${' '.repeat(32_000)}:1}`, 'EXPRESSION_SYNTAX'],
  ])('%#', (source, code) => {
    const compiled = quickly(() => compileExpression(source))
    expect(compiled.ok ? 'none' : compiled.error.code).toBe(code)
  })

  it('takes wide expressions of the allowed length', () => {
    const wide = [
      `[${'1,'.repeat(16_000)}1]`,
      `{${Array.from({ length: 3_500 }, (_, n) => `a${n}:1`).join(',')}}`,
      `{${Array.from({ length: 2_000 }, (_, n) => `a-b-${n}:1`).join(',')}}`,
      Array.from({ length: 900 }, () => 'a').join('+'),
      'ab '.repeat(10_000),
    ]
    for (const source of wide) expect(quickly(() => compileExpression(source)).ok).toBe(true)
  })

  it('counts brackets inside strings and comments as text', () => {
    expect(attempt(`"${'('.repeat(500)}" + "" /* ${'['.repeat(500)} */`)).toEqual({
      ok: true,
      value: '('.repeat(500),
    })
  })
})

describe('nothing of the host is reachable', () => {
  test.each([
    '"".constructor.constructor("return process")()',
    '"".constructor',
    '[].constructor',
    '{}.constructor',
    '{}.__proto__',
    '{}.toString',
    'x.hasOwnProperty("a")',
    'x.__proto__',
    'x["__proto__"].a',
    'get value({a: 1}, "constructor")',
    'get value(x, "__proto__")',
    '(function(y) y).constructor',
    'date("2024-01-01").constructor',
    'now().getTime',
    'duration("P1D").nanos',
    '[1..2].sign',
    'count.call',
    'constructor',
    '__proto__',
    'globalThis',
    'x?.a',
    'new Date()',
    'process.env',
    '`$\u007bprocess}`',
    '`process`.env',
    'for constructor in [{}] return constructor.constructor',
    '(function(__proto__) __proto__.constructor)("a")',
    '{constructor: null}.constructor',
    '`__proto__`.constructor',
    'get value(get value(x, "__proto__"), "constructor")',
    'x[item.constructor != null]["constructor"]',
    'sort([2, 1], function(constructor, b) constructor.constructor)[1].constructor',
    '(function(x) external {java: {class: "java.lang.Runtime", method signature: "exec(java.lang.String)"}})("id")',
  ])('%s', (source) => {
    const result = attempt(source, { x: { a: 1 } })
    const value = result.ok ? result.value : undefined
    expect(Array.isArray(value) ? value : [value]).toSatisfy((items: JsonValue[]) =>
      items.every((item) => item === null),
    )
  })

  test.each([
    '"".\\u{63}onstructor',
    '[...x]',
    'f(...x)',
    '{[x]: 1}',
    '{get a() {}}',
    'x => x',
    'x[`constructor`',
    '"".\\u0063onstructor',
    '{...x}',
    '() => 1',
    'x = 1; y',
    '`a$\u007bb}` `',
  ])('%s is no expression', (source) => {
    expect(attempt(source).ok).toBe(false)
  })

  test.each([
    '{__proto__: {polluted: 1}}',
    'context put({}, "__proto__", {polluted: 1})',
    'context put({}, ["__proto__", "polluted"], 1)',
    'context merge([{__proto__: {polluted: 1}}])',
    'context([{key: "__proto__", value: {polluted: 1}}])',
    'from json("{\\"__proto__\\": {\\"polluted\\": 1}}")',
  ])('%s makes a plain key', (source) => {
    const result = attempt(source)
    expect(result.ok && Object.entries(result.value ?? {})).toEqual([['__proto__', { polluted: 1 }]])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('edge values give a value or null', () => {
  test.each<[string, JsonValue]>([
    ['1e400', null],
    ['-1e400', null],
    ['1e999999999', null],
    ['1e-999999999', 0],
    ['9'.repeat(30_000), null],
    ['99999 ** 99999', null],
    ['exp(1e10)', null],
    ['0 * -1', 0],
    ['0.1 + 0.2', 0.3],
    ['0.1 + 0.2 = 0.3', true],
    ['string(-0)', '0'],
    ['-0 = 0', true],
    ['sqrt(-1) = sqrt(-1)', true],
    ['1 < sqrt(-1)', null],
    ['date("275760-09-13") + duration("P1D")', '275760-09-14'],
    ['date("-999999999-01-01") - duration("P1D")', null],
    [
      'date and time("2024-03-31T02:30:00@Europe/Berlin") + duration("PT0S")',
      '2024-03-31T03:30:00@Europe/Berlin',
    ],
    [
      'string(date and time("2024-10-27T02:30:00@Europe/Berlin") + duration("PT1H"))',
      '2024-10-27T02:30:00@Europe/Berlin',
    ],
    ['"\\ud800"', '\ud800'],
    ['1 / string(0)', null],
    ['0 / 0 = 0 / 0', true],
    ['duration("P99999999999999999999999999D")', null],
    ['duration("P1D") * 1e30', null],
    ['duration("P1Y") * 1e300', null],
    ['date and time("2024-01-01T00:00:00@Etc/Nowhere")', null],
    ['number("1e99999")', null],
  ])('%s', (source, expected) => {
    expect(quickly(() => attempt(source))).toEqual({ ok: true, value: expected })
  })
})

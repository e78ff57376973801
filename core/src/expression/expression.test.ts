import { describe, expect, it, test } from 'vitest'
import type { JsonObject, JsonValue } from '../base/json.ts'
import { compileExpression, compileUnaryTests, type EvaluationContext } from './expression.ts'

const now = Date.UTC(2024, 4, 1, 12, 30)

const variables: JsonObject = {
  a: 1,
  b: 2,
  price: 19.99,
  name: 'Ada',
  active: true,
  nothing: null,
  list: [1, 2, 3],
  user: { name: 'Ada', role: 'admin', settings: { theme: 'dark' } },
  order: {
    items: [
      { price: 5, name: 'pen' },
      { price: 15, name: 'book' },
    ],
  },
  'order-id': 7,
  'full name': 'Ada Lovelace',
}

const contextOf = (values: JsonObject): EvaluationContext => ({
  variables: (key) => (Object.hasOwn(values, key) ? values[key] : undefined),
  now,
})

function evaluate(source: string, names: readonly string[] = []): JsonValue {
  const compiled = compileExpression(source, { names })
  if (!compiled.ok) throw new Error(`${source}: ${compiled.error.message}`)
  const result = compiled.value.evaluate(contextOf(variables))
  if (!result.ok) throw new Error(`${source}: ${result.error.message}`)
  return result.value
}

type Row = readonly [source: string, expected: JsonValue]

function holds(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    test.each(rows)('%s', (source, expected) => {
      expect(evaluate(source)).toEqual(expected)
    })
  })
}

holds('literals', [
  ['1', 1],
  ['-1.5', -1.5],
  ['.25', 0.25],
  ['1.5e3', 1500],
  ['"text"', 'text'],
  ['"a\\"b\\n\\u0041\\U01F600"', 'a"b\nA😀'],
  ['"\\d"', '\\d'],
  ['"two\nlines"', 'two\nlines'],
  ['true', true],
  ['null', null],
  ['[1, "a", []]', [1, 'a', []]],
  ['{}', {}],
  ['{a: 1, "b c": 2}', { a: 1, 'b c': 2 }],
  ['{a: 1, b: a + 1}', { a: 1, b: 2 }],
  ['{a: 1, a: 2}', null],
  ['@"2024-05-01"', '2024-05-01'],
  ['1 // comment', 1],
  ['/* comment */ 2', 2],
])

holds('names and paths', [
  ['a', 1],
  ['unknown', null],
  ['unknown.deep.path', null],
  ['user.settings.theme', 'dark'],
  ['user.settings.missing', null],
  ['a.name', null],
  ['name.length', null],
  ['order.items.name', ['pen', 'book']],
  ['order.items[1].price', 5],
  ['order.items[-1].name', 'book'],
  ['full name', 'Ada Lovelace'],
  ['`order-id` + 1', 8],
  ['order-id', null],
  ['{a-b: 3, c: a-b * 2}.c', 6],
  ['{x and y: 3, c: x and y}.c', 3],
  ['for x-y in [1, 2] return x-y', [1, 2]],
  ['{first part: {second part: 4}}.first part.second part', 4],
])

holds('arithmetic', [
  ['a + b * 3', 7],
  ['(a + b) * 3', 9],
  ['10 - 2 - 3', 5],
  ['0.1 + 0.2', 0.3],
  ['1.1 * 1.1', 1.21],
  ['price * 3', 59.97],
  ['10 / 4', 2.5],
  ['1 / 3 * 3', 1],
  ['1 / 0', null],
  ['2 ** 10', 1024],
  ['2 ** -1', 0.5],
  ['-a', -1],
  ['-(0)', 0],
  ['9007199254740993 - 9007199254740992', 1],
  ['12345678901234567890123456789 + 1 - 12345678901234567890123456789', 1],
  ['1e400 / 1e399', 10],
  ['1e400', null],
  ['a + null', null],
  ['"a" + "b"', 'ab'],
  ['"a" + 1', null],
])

holds('comparison', [
  ['a = 1', true],
  ['a != 1', false],
  ['a < b', true],
  ['b <= 2.0', true],
  ['"a" < "b"', true],
  ['"1" = 1', null],
  ['null = null', true],
  ['a = null', false],
  ['unknown < 1', null],
  ['[1, 2] = [1, 2]', true],
  ['[1, 2] = [2, 1]', false],
  ['{a: 1, b: 2} = {b: 2, a: 1}', true],
  ['{a: 1} = {a: 1, b: null}', false],
  ['2 between 1 and 3', true],
  ['4 between 1 and 3', false],
  ['null between 1 and 3', null],
])

holds('three-valued logic', [
  ['true and null', null],
  ['false and null', false],
  ['null and false', false],
  ['true or null', true],
  ['null or false', null],
  ['true and "text"', null],
  ['not(null)', null],
  ['not(true)', false],
  ['a = 1 and b = 2 or unknown', true],
])

holds('ranges and in', [
  ['1 in [1..3]', true],
  ['1 in (1..3]', false],
  ['3 in [1..3[', false],
  ['3 in ]1..3]', true],
  ['5 in (> 3, < 2)', true],
  ['5 in > 7', false],
  ['a in [1, 2]', true],
  ['"x" in ("a", "b")', false],
  ['2 in [[1..3], [7..9]]', true],
  ['4 in (? > 3 and ? < 5)', true],
  ['date("2024-05-01") in [date("2024-01-01")..date("2024-12-31")]', true],
  ['[1..3]', '[1..3]'],
  ['[1..3].end', 3],
  ['5 in (null..10]', null],
  ['1 in null', false],
])

holds('filters', [
  ['list[2]', 2],
  ['list[0]', null],
  ['list[9]', null],
  ['list[item > 1]', [2, 3]],
  ['order.items[price > 10].name', ['book']],
  ['order.items[price > 10][1].name', 'book'],
  ['order.items[name = "pen" and item.price = 5].price', [5]],
  ['[{item: 1}, {item: 2}][item > 1]', [{ item: 2 }]],
  ['a[1]', 1],
  ['nothing[1]', null],
  ['[][true]', []],
  ['list[b]', 2],
])

holds('if, for, some, every', [
  ['if a = 1 then "yes" else "no"', 'yes'],
  ['if unknown then "yes" else "no"', 'no'],
  ['for x in list return x * 2', [2, 4, 6]],
  ['for x in [1, 2], y in [x, 10] return x * y', [1, 10, 4, 20]],
  ['for i in 3..1 return i', [3, 2, 1]],
  ['for i in [1..3) return i', [1, 2]],
  ['for i in 1..4 return if i = 1 then 1 else partial[-1] * i', [1, 2, 6, 24]],
  [
    'for d in date("2024-02-28")..date("2024-03-01") return string(d)',
    ['2024-02-28', '2024-02-29', '2024-03-01'],
  ],
  ['for x in null return x', null],
  ['some x in list satisfies x > 2', true],
  ['some x in [] satisfies x', false],
  ['every x in list satisfies x > 2', false],
  ['every x in [] satisfies x', true],
  ['every x in [true, null] satisfies x', null],
  ['some x in [1, 2], y in [2, 3] satisfies x = y', true],
])

holds('functions', [
  ['(function(x, y) x - y)(5, 3)', 2],
  ['(function(x, y) x - y)(y: 5, x: 3)', -2],
  ['(function(x) x)(1, 2)', null],
  ['{twice: function(n: number) n * 2, r: twice("x")}.r', null],
  ['{twice: function(n: number) n * 2, r: twice([4])}.r', 8],
  ['{add: function(n) function(m) n + m, r: add(1)(2)}.r', 3],
  ['(for i in [1, 2] return function() i)[1]()', 1],
  ['sort([3, 1, 2], function(x, y) x > y)', [3, 2, 1]],
  ['substring(start position: 2, string: "abc")', 'bc'],
  ['substring(wrong: 2, string: "abc")', null],
  ['unknown(1)', null],
  ['a(1)', null],
  ['function(x) x', null],
  ['{f: function(n, self) if n = 0 then 0 else n + self(n - 1, self), r: f(10, f)}.r', 55],
])

holds('instance of', [
  ['1 instance of number', true],
  ['"a" instance of number', false],
  ['null instance of number', false],
  ['null instance of Null', true],
  ['[1, 2] instance of list<number>', true],
  ['[1, "a"] instance of list<number>', false],
  ['{a: 1} instance of context<a: number>', true],
  ['duration("P1D") instance of days and time duration', true],
  ['(function(x) x) instance of function<number> -> number', true],
  ['(function(x: number) x) instance of function<number> -> number', true],
  ['(function(x: number) x) instance of function<string> -> number', false],
  ['(function(x: Any) x) instance of function<list<number>> -> Any', true],
  ['(function(x: list<Any>) x) instance of function<list<number>> -> Any', true],
  ['(function(x: list<number>) x) instance of function<list<Any>> -> Any', false],
  ['(function(x: context<a: number>) x) instance of function<context<a: number, b: string>> -> Any', true],
  ['(function(x: context<a: number>) x) instance of function<context<b: string>> -> Any', false],
  ['(function(f: function<number> -> Any) f) instance of function<function<Any> -> number> -> Any', true],
  ['(function(f: function<Any> -> Any) f) instance of function<function<number> -> Any> -> Any', false],
  ['(function(x: dateTime) x) instance of function<date and time> -> Any', true],
  ['(function(x, y) x) instance of function<number> -> number', false],
  ['abs instance of function<number> -> number', true],
])

describe('names', () => {
  it('lists the free variables once, without locals and built-in functions', () => {
    const compiled = compileExpression(
      '{x: a, y: x + sum(b.c), z: for i in list return i + a}.z[item > limit]',
    )
    expect(compiled.ok && compiled.value.names).toEqual(['a', 'b', 'list', 'limit'])
  })

  it('recognises names with operators that are given', () => {
    expect(evaluate('order-id + 1', ['order-id'])).toBe(8)
    expect(evaluate('order - id + 1', ['order-id'])).toBe(8)
  })

  it('passes a variable on without a copy', () => {
    const compiled = compileExpression('user')
    const result = compiled.ok ? compiled.value.evaluate(contextOf(variables)) : compiled
    expect(result.ok && result.value).toBe(variables.user)
  })
})

describe('syntax findings', () => {
  test.each([
    ['', 0, 'empty'],
    ['   ', 3, 'empty'],
    ['1 +', 3, 'ends where more was expected'],
    ['$\u007binvalid syntax', 0, 'Unexpected "$"'],
    ['>>>', 1, 'Unexpected ">>"'],
    ['(1', 2, 'ends where more was expected'],
    ['{a: 1', 5, 'ends where more was expected'],
    ['1 2', 2, 'Unexpected "2"'],
    ['a && b', 2, 'Unexpected "&&"'],
    ['a == b', 3, 'second comparison sign'],
    ["'approved'", 0, 'Unexpected "\'"'],
    ['"open', 0, 'has no end'],
    ['{...a}', 1, 'Unexpected "..."'],
  ])('%s', (source, position, text) => {
    const compiled = compileExpression(source)
    expect(compiled.ok).toBe(false)
    if (compiled.ok) return
    expect(compiled.error.position).toBe(position)
    expect(compiled.error.message).toContain(text)
  })
})

describe('unary tests', () => {
  test.each([
    ['-', 5, true],
    ['5', 5, true],
    ['4, 5', 5, true],
    ['> 4', 5, true],
    ['[1..5)', 5, false],
    ['not(4, 5)', 5, false],
    ['not([1..3])', 5, true],
    ['"a", "b"', 'b', true],
    ['? > 4 and ? < 6', 5, true],
    ['limit', 3, true],
    ['< limit', 2, true],
    ['[1, 2, 3]', 2, true],
    ['null', null, true],
    ['> 4', 'text', false],
    ['not(> 4)', 'text', false],
    ['starts with(?, "ab")', 'abc', true],
  ])('%s of %j is %j', (source, input, expected) => {
    const compiled = compileUnaryTests(source)
    if (!compiled.ok) throw new Error(compiled.error.message)
    const result = compiled.value.test({ ...contextOf({ limit: 3 }), input })
    expect(result).toEqual({ ok: true, value: expected })
  })

  it('refuses what is no test', () => {
    expect(compileUnaryTests('> ,').ok).toBe(false)
  })
})

describe('conditions of a process', () => {
  const values: JsonObject = {
    amount: 1500,
    status: 'approved',
    active: true,
    enabled: false,
    user: { role: 'admin', settings: { theme: 'dark' } },
    order: { items: [{ price: 100 }] },
    created_at: '2024-02-01T10:00:00',
    due: '2024-03-01',
    limit: '500',
    none: null,
  }
  test.each<[string, JsonValue]>([
    ['amount > 1000', true],
    ['amount < 1000', false],
    ['amount >= 1500', true],
    ['amount <= 1499', false],
    ['amount = 1500', true],
    ['amount != 1500', false],
    ['status = "approved"', true],
    ['active = true', true],
    ['active and not(enabled)', true],
    ['active or enabled', true],
    ['created_at < "2024-02-02"', true],
    ['due > "2024-02-01"', true],
    ['date(due) > date("2024-02-01")', true],
    ['date and time(created_at) < date and time("2024-02-02T00:00:00")', true],
    ['user.role = "admin" and user.settings.theme = "dark"', true],
    ['order.items[1].price = 100', true],
    ['none.name = null', true],
    ['amount > limit', null],
    ['amount > number(limit)', true],
    ['number(limit) < 1000', true],
    ['amount > 1000 and (status = "approved" or priority = "high")', true],
    ['missing > 1', null],
    ['amount.path', null],
  ])('%s is %j', (source, expected) => {
    const compiled = compileExpression(source)
    if (!compiled.ok) throw new Error(compiled.error.message)
    expect(compiled.value.evaluate(contextOf(values))).toEqual({ ok: true, value: expected })
  })
})

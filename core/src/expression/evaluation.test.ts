import { describe, expect, it, test } from 'vitest'
import { type CompileOptions, compileExpression, compileUnaryTests } from './expression.ts'
import { Run } from './run.ts'
import type { TypeReference } from './syntax.ts'
import { functionOf } from './user-function.ts'
import { DateValue, FunctionValue, type Value } from './values.ts'

type Scope = Readonly<Record<string, Value>>

/** Evaluates as part of a larger evaluation and keeps what it noted. */
function evaluate(source: string, scope: Scope = {}, options: CompileOptions = {}) {
  const compiled = compileExpression(source, { names: Object.keys(scope), ...options })
  if (!compiled.ok) throw new Error(compiled.error.message)
  const run = new Run(0)
  const value = compiled.value.value(run, (name) => (Object.hasOwn(scope, name) ? scope[name] : undefined))
  return { value, run }
}

describe('an expression as part of a larger evaluation', () => {
  it('gives and takes values that JSON has no form for', () => {
    const { value: date } = evaluate('date("2024-05-01")')
    expect(date).toEqual(new DateValue(2024, 5, 1))
    expect(evaluate('day.year', { day: date }).value).toBe(2024)
    const { value: double } = evaluate('function(n: number) n * 2')
    expect(double).toBeInstanceOf(FunctionValue)
    expect(evaluate('twice(21)', { twice: double }).value).toBe(42)
  })

  it('binds names with spaces, operators and keywords', () => {
    expect(evaluate('Pre-bureau risk + a/b and c', { 'Pre-bureau risk': 1, 'a/b and c': 2 }).value).toBe(3)
  })

  it('knows types from outside', () => {
    const small: TypeReference = {
      kind: 'constrained',
      base: { kind: 'named', name: 'number' },
      allows: (value) => typeof value === 'number' && value < 10,
    }
    const types = new Map([['tSmall', small]])
    // An instance of a type need not be one of its allowed values (DMN TCK 0070); an argument does.
    const instances = '[5 instance of tSmall, 50 instance of tSmall, "a" instance of tSmall]'
    expect(evaluate(instances, {}, { types }).value).toEqual([true, true, false])
    expect(evaluate('(function(x: tSmall) x)(5)', {}, { types }).value).toBe(5)
    const refused = evaluate('(function(x: tSmall) x)(50)', {}, { types })
    expect(refused.value).toBeNull()
    expect(refused.run.warnings).toHaveLength(1)
  })

  it('bounds the recursion of functions from outside', () => {
    const body = compileExpression('f(n + 1)')
    if (!body.ok) throw new Error(body.error.message)
    const f: FunctionValue = functionOf([{ name: 'n', type: null }], 4, ([n = null], run) =>
      body.value.value(run, (name) => (name === 'n' ? n : name === 'f' ? f : undefined)),
    )
    expect(evaluate('f(0)', { f }).run.failure?.code).toBe('FUEL_EXHAUSTED')
  })

  it('answers tests of an input of any type', () => {
    const tests = compileUnaryTests('> date("2024-01-01")')
    if (!tests.ok) throw new Error(tests.error.message)
    const answer = (input: Value) => tests.value.answer(new Run(0), () => undefined, input)
    expect([new DateValue(2025, 1, 1), new DateValue(2023, 1, 1), 'text'].map(answer)).toEqual([
      true,
      false,
      null,
    ])
  })
})

describe('a null that FEEL has no answer for', () => {
  test.each([
    ['missing', 'missing'],
    ['1 + "a"', 'number + string'],
    ['1 / 0', '/'],
    ['-"a"', 'negative'],
    ['1 < "a"', 'compared by <'],
    ['1 = "a"', 'compared by ='],
    ['null between 1 and 2', 'between'],
    ['null in [1..2]', 'tested'],
    ['[1.."a"]', 'range'],
    ['{a: 1}.b', 'has no b'],
    ['null.b', 'has no b'],
    ['duration("P1Y").days', 'has no days'],
    ['{a: 1, a: 2}', 'same key'],
    ['@"soon"', 'at-literal'],
    ['"abs"(-1)', 'no function'],
    ['nothing(1)', 'nothing is no function'],
    ['(function(x) x)()', '1 arguments, but got 0'],
    ['(function(x) x)(y: 1)', 'parameter x'],
    ['(function(x: number) x)("a")', 'type of the parameter'],
    ['abs("a")', "abs doesn't take (string)"],
    ['abs(m: 1)', "abs doesn't take (m: number)"],
    ['sqrt(-1)', 'sqrt has no result'],
    ['date("2024-13-01")', 'date has no result'],
    ['for i in "a".."z" return i', 'run over'],
    ['some i in 1.."z" satisfies true', 'run over'],
    ['get value({a: 1}, 1)', 'key is a string'],
  ])('is explained: %s', (source, part) => {
    const { value, run } = evaluate(source)
    expect(value).toBeNull()
    expect(run.failure).toBeNull()
    expect(run.warnings.join('; ')).toContain(part)
  })

  test.each([
    'null',
    'null = null',
    'if null then 1 else null',
    'get value({a: 1}, "b")',
    '{a: null}.a',
    'time("10:00:00").timezone',
    '[1, 2][5]',
    'true and null',
  ])('is not explained where null is the answer: %s', (source) => {
    const { value, run } = evaluate(source)
    expect([null, true]).toContain(value)
    expect(run.warnings).toEqual([])
  })

  it('keeps a bounded number of explanations', () => {
    expect(evaluate('count(for i in 1..1000 return i + "a")').run.warnings.length).toBeLessThan(100)
  })
})

describe('range types', () => {
  test.each([
    ['[1..2] instance of range<number>', true],
    ['[1..2] instance of range<string>', false],
    ['(> 5) instance of range<number>', true],
    ['1 instance of range<number>', false],
    ['[[1..2], [3..4]] instance of list<range<number>>', true],
    ['(function(r: range<number>) r.end)([1..2])', 2],
    ['(function(r: range<number>) r.end)(["a".."b"])', null],
    ['{range: 3, b: range < 5}.b', true],
    ['{max range: 3, b: max range <5}.b', true],
  ])('%s', (source, expected) => {
    expect(evaluate(source).value).toBe(expected)
  })
})

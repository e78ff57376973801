import { describe, expect, it } from 'vitest'
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
    expect(evaluate('[5 instance of tSmall, 50 instance of tSmall]', {}, { types }).value).toEqual([
      true,
      false,
    ])
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

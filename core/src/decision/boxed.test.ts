import { describe, expect, it, test } from 'vitest'
import { decision, dmn, input, literal } from '../definition/dmn/fixtures/dmn-text.ts'
import { outcomeOf } from '../definition/dmn/fixtures/evaluate-text.ts'

type Variables = Parameters<typeof outcomeOf>[2]

/** The outcome of one boxed expression over the input `x`. */
const run = (boxed: string, variables: Variables = {}, rest = '') =>
  outcomeOf(dmn(rest + input('x') + decision('D', boxed, { requires: ['x'] })), 'D', variables)

const entry = (name: string, value: string, type = ''): string =>
  `<contextEntry><variable name="${name}"${type === '' ? '' : ` typeRef="${type}"`}/>${value}</contextEntry>`

const result = (value: string): string => `<contextEntry>${value}</contextEntry>`

const context = (...entries: readonly string[]): string => `<context>${entries.join('')}</context>`

const iteration = (kind: string, source: string, part: string, body: string): string =>
  `<${kind} iteratorVariable="n"><in>${literal(source)}</in><${part}>${literal(body)}</${part}></${kind}>`

describe('a boxed context', () => {
  it('shows each entry to the next, names with operators too', () => {
    const boxed = context(entry('a-b', literal('x + 1')), entry('double', literal('a-b * 2')))
    expect(run(boxed, { x: 1 }).output).toEqual({ 'a-b': 2, double: 4 })
  })

  it('knows a name with an operator from its entry on, not before', () => {
    const boxed = context(
      entry('a', literal('5')),
      entry('b', literal('2')),
      entry('before', literal('a-b')),
      entry('a-b', literal('"name"')),
      entry('after', literal('a-b')),
    )
    expect(run(boxed).output).toMatchObject({ before: 3, after: 'name' })
  })

  it('is its entry without name, where it has one', () => {
    expect(run(context(entry('a', literal('x * 3')), result(literal('a + 1'))), { x: 2 }).output).toBe(7)
  })

  it('makes entries null that are not of their type', () => {
    const { output, evaluated } = run(context(entry('a', literal('"text"'), 'number')))
    expect(output).toEqual({ a: null })
    expect(evaluated[0]?.errors[0]?.message).toBe('Expected a value of "a" of type number, got another value')
  })
})

describe('a boxed list and relation', () => {
  it('gives the items', () => {
    expect(run(`<list>${literal('x')}${literal('x + 1')}</list>`, { x: 1 }).output).toEqual([1, 2])
  })

  it('gives a context per row', () => {
    const boxed = `<relation><column name="a"/><column name="b" typeRef="number"/>
      <row>${literal('1')}${literal('x')}</row><row>${literal('2')}${literal('"no"')}</row></relation>`
    expect(run(boxed, { x: 5 }).output).toEqual([
      { a: 1, b: 5 },
      { a: 2, b: null },
    ])
  })
})

describe('a boxed invocation', () => {
  const invoke = (callee: string, ...bindings: readonly (readonly [string, string])[]): string =>
    `<invocation>${literal(callee)}${bindings
      .map(([name, value]) => `<binding><parameter name="${name}"/>${literal(value)}</binding>`)
      .join('')}</invocation>`

  it('calls built-in functions by the names of their parameters', () => {
    expect(run(invoke('starts with', ['string', 'x'], ['match', '"a"']), { x: 'abc' }).output).toBe(true)
  })

  it('calls a boxed function with typed parameters', () => {
    const double = `<functionDefinition><formalParameter name="n" typeRef="number"/>${literal('n * 2')}</functionDefinition>`
    const boxed = (value: string) => context(entry('f', double), result(invoke('f', ['n', value])))
    expect(run(boxed('x'), { x: 4 }).output).toBe(8)
    const { output, evaluated } = run(boxed('"text"'))
    expect(output).toBeNull()
    expect(evaluated[0]?.errors).toHaveLength(1)
  })

  it('says that there is nothing to call', () => {
    expect(run(invoke('x', ['a', '1']), { x: 3 }).evaluated[0]?.errors[0]?.message).toMatch(/a function/)
  })
})

describe('a boxed function of Java', () => {
  const java = (signature: string): string =>
    `<functionDefinition kind="Java"><formalParameter name="a"/><formalParameter name="b"/>${context(
      entry('class', literal('"java.lang.Math"')),
      entry('method signature', literal(`"${signature}"`)),
    )}</functionDefinition>`

  it('is one of a table of pure methods, or null', () => {
    const boxed = (signature: string) => context(entry('f', java(signature)), result(literal('f(3, x)')))
    expect(run(boxed('max(double, double)'), { x: 7 }).output).toBe(7)
    expect(run(boxed('exit(int, int)'), { x: 7 })).toMatchObject({ output: null })
  })
})

describe('a boxed conditional', () => {
  const boxed = (condition: string) =>
    `<conditional><if>${literal(condition)}</if><then>${literal('"yes"')}</then><else>${literal('"no"')}</else></conditional>`

  test.each([
    ['x > 1', 'yes'],
    ['x < 1', 'no'],
    ['null', 'no'],
    ['"text"', null],
  ])('of %s is %j', (condition, expected) => {
    expect(run(boxed(condition), { x: 2 }).output).toBe(expected)
  })
})

describe('a boxed filter', () => {
  const filter = (source: string, match: string) =>
    `<filter><in>${literal(source)}</in><match>${literal(match)}</match></filter>`

  it('keeps the items that match, by themselves or by their keys', () => {
    expect(run(filter('[1, 5, 3]', 'item > x'), { x: 2 }).output).toEqual([5, 3])
    expect(run(filter('[{a: 1}, {a: 2}]', 'a = x'), { x: 2 }).output).toEqual([{ a: 2 }])
  })

  it('takes a position', () => {
    expect(run(filter('[1, 5, 3]', '-1')).output).toBe(3)
    expect(run(filter('[1, 5, 3]', '2')).output).toBe(5)
    expect(run(filter('[1, 5, 3]', '4')).output).toBeNull()
  })

  it('is null, with an error, when the match is neither', () => {
    const { output, evaluated } = run(filter('[1]', '"text"'))
    expect(output).toBeNull()
    expect(evaluated[0]?.errors).toHaveLength(1)
  })
})

describe('a boxed iteration', () => {
  test.each([
    ['for', '[1, 2]', 'return', 'n * x', [3, 6]],
    ['for', '[1..3]', 'return', 'n', [1, 2, 3]],
    ['for', '[1, 2, 3]', 'return', 'count(partial)', [0, 1, 2]],
    ['for', '5', 'return', 'n', [5]],
    ['some', '[1, 4]', 'satisfies', 'n > x', true],
    ['some', '[1, 2]', 'satisfies', 'n > x', false],
    ['some', '[]', 'satisfies', 'true', false],
    ['every', '[4, 5]', 'satisfies', 'n > x', true],
    ['every', '[1, 4]', 'satisfies', 'n > x', false],
    ['every', '[]', 'satisfies', 'false', true],
    ['every', '[4, null]', 'satisfies', 'n > x', null],
    ['some', '[4, "a"]', 'satisfies', 'if n = 4 then true else "a"', null],
    ['for', 'null', 'return', 'n', null],
  ])('%s n in %s %s %s', (kind, source, part, body, expected) => {
    expect(run(iteration(kind, source, part, body), { x: 3 }).output).toEqual(expected)
  })
})

describe('the type of a boxed expression', () => {
  it('turns lists of one into their item and items into lists of one', () => {
    const types =
      '<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
    expect(run(literal('[5]', 'number')).output).toBe(5)
    expect(run(literal('5', 'tNumbers'), {}, types).output).toEqual([5])
    expect(run(literal('["a"]', 'tNumbers'), {}, types).output).toBeNull()
  })
})

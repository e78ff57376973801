import { describe, expect, it, test } from 'vitest'
import type { Expression } from '../syntax.ts'
import { knownNames, noNames } from './known-names.ts'
import { parseExpression, parseUnaryTests } from './parse.ts'

/** The structure of an expression, with every operator in parentheses. */
function shape(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return JSON.stringify(expression.value)
    case 'name':
      return expression.name
    case 'path':
      return `${shape(expression.source)}.${expression.name}`
    case 'filter':
      return `${shape(expression.source)}[${shape(expression.condition)}]`
    case 'call':
      return `${shape(expression.callee)}(${expression.args.map(shape).join(', ')})`
    case 'negation':
      return `(-${shape(expression.operand)})`
    case 'arithmetic':
      return expression.rest.reduce(
        (left, { operator, operand }) => `(${left} ${operator} ${shape(operand)})`,
        shape(expression.first),
      )
    case 'and':
    case 'or':
      return `(${expression.operands.map(shape).join(` ${expression.kind} `)})`
    case 'comparison':
      return `(${shape(expression.left)} ${expression.operator} ${shape(expression.right)})`
    case 'between':
      return `(${shape(expression.operand)} between ${shape(expression.low)} and ${shape(expression.high)})`
    case 'in':
      return `(${shape(expression.operand)} in ${expression.tests.map(shape).join(' | ')})`
    case 'unary-test':
      return `(${expression.operator} ${shape(expression.endpoint)})`
    case 'range': {
      const [open, close] = [expression.startIncluded ? '[' : '(', expression.endIncluded ? ']' : ')']
      return `${open}${shape(expression.start)}..${shape(expression.end)}${close}`
    }
    case 'list':
      return `[${expression.items.map(shape).join(', ')}]`
    case 'instance-of':
      return `(${shape(expression.operand)} is ${JSON.stringify(expression.type)})`
    case 'if':
      return `if ${shape(expression.condition)} then ${shape(expression.yes)} else ${shape(expression.no)}`
    default:
      return expression.kind
  }
}

function parsed(source: string, variables: readonly string[] = []): string {
  const result = parseExpression(source, { variables: [knownNames(variables)], types: noNames() })
  return result.ok ? shape(result.value) : result.error.message
}

describe('operators', () => {
  test.each([
    ['a + b * c ** d', '(a + (b * (c ** d)))'],
    ['a * b + c', '((a * b) + c)'],
    ['(a + b) * c', '((a + b) * c)'],
    ['a - b - c', '((a - b) - c)'],
    ['2 ** 3 ** 2', '((2 ** 3) ** 2)'],
    ['-2 ** 2', '(-2 ** 2)'],
    ['-a ** 2', '((-a) ** 2)'],
    ['a or b and c or d', '(a or (b and c) or d)'],
    ['a < b and c', '((a < b) and c)'],
    ['a = b = c', '((a = b) = c)'],
    ['a between 1 and 2 and b', '((a between 1 and 2) and b)'],
    ['a in > 3 and b', '((a in (> 3)) and b)'],
    ['a in (> 3, 5) and b', '((a in (> 3) | 5) and b)'],
    ['a in (1..3) and b', '((a in (1..3)) and b)'],
    ['a in ((1..3), ]4..5[)', '(a in (1..3) | (4..5))'],
    ['a.b[c].d(e)[1]', 'a.b[c].d(e)[1]'],
    ['a + b.c[1]', '(a + b.c[1])'],
    ['if a then b else c + 1', 'if a then b else (c + 1)'],
    ['[1..3[', '[1..3)'],
    ['[1..a[b]]', '[1..a[b]]'],
    ['[1..a[b][', '[1..a[b])'],
    ['[[1..a[, 2]', '[[1..a), 2]'],
    ['1 instance of number and a', '((1 is {"kind":"named","name":"number"}) and a)'],
    ['a // b\n + /* c */ 1', '(a + 1)'],
  ])('%s', (source, expected) => {
    expect(parsed(source)).toBe(expected)
  })
})

describe('names', () => {
  test.each([
    ['a - b', [], '(a - b)'],
    ['a - b', ['a-b'], 'a-b'],
    ['a-b-c', ['a-b', 'a-b-c'], 'a-b-c'],
    ['a-b-c', ['a-b'], '(a-b - c)'],
    ['a-bc', ['a-b'], '(a - bc)'],
    ['x and y', ['x and y'], 'x and y'],
    ['x and yes', ['x and y'], '(x and yes)'],
    ['first   name', [], 'first name'],
    ['date and time("x")', [], 'date and time("x")'],
    ['a.time offset = b', [], '(a.time offset = b)'],
    ['a.in', [], 'a.in'],
    ['`a+b` + 1', [], '(a+b + 1)'],
    ["driver's age", ["driver's age"], "driver's age"],
    ['{a-b: 1}.a-b', [], 'context'],
    ['true north', ['true north'], 'true north'],
    ['true', ['true north'], 'true'],
  ])('%s with %j', (source, names, expected) => {
    const result = parsed(source, names)
    expect(result === `${expected}.a-b` ? expected : result).toBe(expected)
  })
})

describe('types', () => {
  const typeOf = (source: string, types: readonly string[] = []) => {
    const result = parseExpression(`x instance of ${source}`, { variables: [], types: knownNames(types) })
    return result.ok && result.value.kind === 'instance-of' ? result.value.type : result
  }
  const number = { kind: 'named', name: 'number' }

  test.each([
    ['days and time duration', { kind: 'named', name: 'days and time duration' }],
    ['list<range<number>>', { kind: 'list', item: { kind: 'range', end: number } }],
    ['context<a b: number>', { kind: 'context', entries: [{ name: 'a b', type: number }] }],
    ['function<> -> number', { kind: 'function', parameters: [], result: number }],
    [
      'function<number, number> -> number',
      { kind: 'function', parameters: [number, number], result: number },
    ],
    ['other.t Loan', { kind: 'named', name: 'other.t Loan' }],
    ['list', { kind: 'named', name: 'list' }],
  ])('%s', (source, expected) => {
    expect(typeOf(source)).toEqual(expected)
  })

  it('knows the names of types from outside', () => {
    expect(typeOf('in-out', ['in-out'])).toEqual({ kind: 'named', name: 'in-out' })
  })
})

describe('unary tests', () => {
  test.each([
    ['not(1, > 2)', true, ['1', '(> 2)']],
    ['not(a) and b', false, ['(not(a) and b)']],
    ['not(a), b', false, ['not(a)', 'b']],
    ['"a", [1..2]', false, ['"a"', '[1..2]']],
    ['-1', false, ['-1']],
  ])('%s', (source, negated, tests) => {
    const result = parseUnaryTests(source)
    if (!result.ok || result.value.kind === 'any') throw new Error('no tests')
    expect({ negated: result.value.negated, tests: result.value.tests.map(shape) }).toEqual({
      negated,
      tests,
    })
  })
})

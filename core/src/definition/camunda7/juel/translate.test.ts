import { describe, expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '../../../base/json.ts'
import { compileExpression } from '../../../expression/expression.ts'
import { translateText, translateToFeel } from './translate.ts'

const juel = (source: string): string => `\${${source}}`

function feelOf(text: string): string {
  const feel = translateToFeel(text)
  if (!feel.ok) throw new Error(JSON.stringify(feel.error))
  return feel.value
}

/** What the FEEL of a text gives. */
function resultOf(text: string, variables: JsonObject): JsonValue {
  const compiled = compileExpression(feelOf(text))
  if (!compiled.ok) throw new Error(compiled.error.message)
  const result = compiled.value.evaluate({ variables: (name) => variables[name], now: 0 })
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

const order: JsonObject = {
  amount: 1500,
  limit: '500',
  status: 'approved',
  priority: 'low',
  active: true,
  enabled: false,
  user: { role: 'admin', settings: { theme: 'dark' } },
  nobody: null,
  order: { items: [{ price: 100 }, { price: 7 }] },
  created_at: '2024-02-01T10:00',
  due_date: '2024-03-01',
  index: 1,
  key: 'theme',
  tags: [],
  text: '',
}

describe('a condition', () => {
  test.each([
    ['amount > 1000', true],
    ['amount < 1000', false],
    ['amount >= 1500', true],
    ['amount <= 1499', false],
    ['amount == 1500', true],
    ['amount != 1500', false],
    ['amount gt 1000 and amount le 1500 or not active', true],
    ['amount eq 1500 && amount ne 1 && amount lt 2000 && amount ge 1', true],
    ["status == 'approved'", true],
    ['status == "approved"', true],
    ["status != 'approved'", false],
    ['active == true', true],
    ['active && !enabled', true],
    ['active || enabled', true],
    ['not active', false],
    ["created_at < '2024-02-02'", true],
    ["due_date > '2024-02-01'", true],
    ["user.role == 'admin'", true],
    ["user.settings.theme == 'dark'", true],
    ["user['role'] == 'admin'", true],
    ["user['settings']['theme'] == 'dark'", true],
    ['order.items[0].price == 100', true],
    ['order.items[index].price == 7', true],
    ['order.items[index - 1].price == 100', true],
    ["user.settings[key] == 'dark'", true],
    ['nobody == null', true],
    ['nobody.name == null', true],
    ['user != null', true],
    ['amount > limit', true],
    ['limit < 1000', true],
    ['limit == 500', true],
    ["amount > 1000 && (status == 'approved' || priority == 'high')", true],
    ["amount > 1000 && (status == 'open' || priority == 'high')", false],
    ['empty tags && empty text && empty nobody && empty unknown', true],
    ['empty order.items || empty user || empty amount', false],
  ])('%s gives %s', (source, expected) => {
    expect(resultOf(juel(source), order)).toBe(expected)
    expect(resultOf(`#{${source}}`, order)).toBe(expected)
  })
})

describe('a value', () => {
  test.each([
    ['amount + limit', 2000],
    ['amount - 500 * 2', 500],
    ['(amount - 500) * 2', 2000],
    ['amount - (500 - 100)', 1100],
    ['amount / 2 div 2', 375],
    ['amount % 7', 2],
    ['-amount mod 7', -2],
    ['-amount - -1', -1499],
    ['1.5e3 + .5', 1500.5],
    ["active ? 'yes' : 'no'", 'yes'],
    ["enabled ? 'a' : active ? 'b' : 'c'", 'b'],
    ["'it\\'s'", "it's"],
    ['"a \\"b\\" \\\\"', 'a "b" \\'],
    ["'}'", '}'],
    ['null', null],
    ['order.items[1].price', 7],
  ])('%s is %s', (source, expected) => {
    expect(resultOf(juel(source), order)).toBe(expected)
  })

  test('is a text when it stands among text, and nothing is an empty one', () => {
    const text = `Pay ${juel('amount')} (${juel('nobody')}) by ${juel("user['role']")}!`
    expect(resultOf(text, order)).toBe('Pay 1500 () by admin!')
  })

  test('without an expression is that text', () => {
    expect(translateText('Pay now')).toEqual({ ok: true, value: 'Pay now' })
    expect(translateText('=x')).toEqual({ ok: true, value: '="=x"' })
    expect(resultOf('Pay now', {})).toBe('Pay now')
    expect(resultOf(`\\${juel('kept')}`, {})).toBe('$' + '{kept}')
  })

  test('may have a name that FEEL keeps for itself', () => {
    expect(resultOf(juel('else + a$b'), { else: 1, a$b: 2 })).toBe(3)
    expect(resultOf(juel('x.return'), { x: { return: 5 } })).toBe(5)
  })
})

describe('what is not known at run time', () => {
  test.each(['missing > 5', 'amount.currency > 5', 'missing', '!missing'])('%s gives nothing', (source) => {
    expect(resultOf(juel(source), order)).toBe(null)
  })
})

describe('an expression', () => {
  test.each([
    ['invalid syntax', 'expected an operator, got "syntax"', 10],
    ['a >>> b', 'expected a value, got ">"', 5],
    ['', 'expected a value, got the end', 2],
    ['a +', 'expected a value, got the end', 5],
    ['(a', 'expected ), got the end', 4],
    ['a[1', 'expected ], got the end', 5],
    ["'open", 'expected } to close', 0],
    ['a ? b', 'expected :, got the end', 7],
    ['a § b', 'unexpected "§"', 4],
  ])('%s is refused for its syntax', (source, message, at) => {
    const result = translateToFeel(juel(source))
    expect(result).toMatchObject({ ok: false, error: { kind: 'syntax', at } })
    expect(result.ok ? '' : result.error.message).toContain(message)
  })

  test('without its last brace is refused', () => {
    expect(translateToFeel('$' + '{invalid syntax')).toMatchObject({ ok: false, error: { kind: 'syntax' } })
  })

  test.each([
    ['order.total()', 'the method total()'],
    ['now()', 'the function now()'],
    ['fn:abs(amount)', 'the function fn:abs()'],
    ['execution.processInstanceId', 'execution is not available'],
    ['task.assignee', 'task is not available'],
    ['authenticatedUserId', 'authenticatedUserId is not available'],
    ['items.stream', undefined],
    ['x -> x + 1', 'a lambda'],
    ['a = 1', 'an assignment'],
    ['a += b', 'the operator +='],
    ['a; b', 'a sequence'],
    ['a instanceof b', 'instanceof'],
    ['{1, 2}', 'a set or map'],
  ])('%s says what FEEL has no equal for: %s', (source, message) => {
    const result = translateToFeel(juel(source))
    if (message === undefined) expect(result.ok).toBe(true)
    else expect(result).toMatchObject({ ok: false, error: { kind: 'unsupported' } })
    expect(result.ok ? '' : result.error.message).toContain(message ?? '')
  })

  test.each([
    ['brackets', '('.repeat(100_000)],
    ['operators', '!'.repeat(100_000)],
    ['indexes', `${'a['.repeat(100)}0${']'.repeat(100)}`],
    ['characters', Array.from({ length: 50_000 }, () => 'a').join(' + ')],
    ['sums', Array.from({ length: 16_000 }, () => 'a').join('+')],
    ['properties', Array.from({ length: 16_000 }, () => 'a').join('.')],
  ])('of too many %s is refused at once', (_what, source) => {
    const start = performance.now()
    expect(translateToFeel(juel(source)).ok).toBe(false)
    expect(performance.now() - start).toBeLessThan(500)
  })
})

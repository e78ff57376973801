import { describe, expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import { readForm } from './read-form.ts'

const read = (...components: readonly JsonValue[]) => readForm({ id: 'form', type: 'default', components })

describe('a form', () => {
  test.each<readonly [string, JsonObject]>([
    ['FORM_COMPONENT_INVALID', { type: 'number', key: 'a', validate: { min: 'five' } }],
    ['FORM_COMPONENT_INVALID', { type: 'number', key: 'a', validate: { required: 'yes' } }],
    ['FORM_COMPONENT_INVALID', { type: 'number', key: 'a', validate: [] }],
    ['FORM_COMPONENT_INVALID', { type: 'datetime', key: 'a', subtype: 'week' }],
    ['FORM_COMPONENT_INVALID', { type: 'textfield', key: 'a..b' }],
    ['FORM_COMPONENT_INVALID', { type: 'textfield', key: 'a.__proto__.b' }],
    ['FORM_COMPONENT_INVALID', { type: 'group', path: 'a', components: {} }],
    ['FORM_EXPRESSION_INVALID', { type: 'number', key: 'a', conditional: { hide: '=b +' } }],
    ['FORM_EXPRESSION_INVALID', { type: 'number', key: 'a', validate: { max: '=(1' } }],
    ['FORM_EXPRESSION_INVALID', { type: 'expression', key: 'a', expression: '=]' }],
    ['FORM_EXPRESSION_INVALID', { type: 'select', key: 'a', valuesExpression: '=for' }],
    ['FORM_PATTERN_UNSUPPORTED', { type: 'textfield', key: 'a', validate: { pattern: '(?=a)b' } }],
    ['FORM_PATTERN_UNSUPPORTED', { type: 'textfield', key: 'a', validate: { pattern: '(a' } }],
  ])('is refused with %s and the component: %j', (code, component) => {
    const found = read({ ...component, id: 'Field_1' })
    expect(found).toMatchObject({ ok: false, error: [{ severity: 'error', code, elementId: 'Field_1' }] })
  })

  test('is refused when a component is no object, or there are too many', () => {
    expect(read('x')).toMatchObject({
      ok: false,
      error: [{ message: 'expected components[0] to be an object' }],
    })
    const many = Array.from({ length: limits.formComponents + 1 }, () => ({ type: 'separator' }))
    expect(read(...many)).toMatchObject({ ok: false, error: [{ code: 'FORM_COMPONENT_INVALID' }] })
    expect(readForm({ components: 5 })).toMatchObject({ ok: false })
  })

  test.each<readonly [string, readonly JsonObject[]]>([
    [
      'one id',
      [
        { type: 'text', id: 'x' },
        { type: 'number', id: 'x', key: 'a' },
      ],
    ],
    [
      'one place',
      [
        { type: 'number', key: 'a' },
        { type: 'textfield', key: 'a' },
      ],
    ],
    [
      'a place inside a value',
      [
        { type: 'number', key: 'a' },
        { type: 'textfield', key: 'a.b' },
      ],
    ],
    [
      'a place around a value',
      [
        { type: 'number', key: 'a.b' },
        { type: 'textfield', key: 'a' },
      ],
    ],
    [
      'a list around a value',
      [
        { type: 'dynamiclist', path: 'a' },
        { type: 'textfield', key: 'a.b' },
      ],
    ],
  ])('is refused when two components have %s', (_, components) => {
    expect(read(...components)).toMatchObject({ ok: false, error: [{ code: 'FORM_COMPONENT_REPEATED' }] })
  })

  test('may have groups that share a place, and fields of one name in different places', () => {
    const group = { type: 'group', path: 'a' }
    const components = [
      { ...group, components: [{ type: 'number', key: 'x' }] },
      { ...group, components: [{ type: 'number', key: 'y' }] },
      { type: 'dynamiclist', path: 'b', components: [{ type: 'number', key: 'x' }] },
    ]
    expect(read(...components)).toMatchObject({ ok: true, value: { warnings: [] } })
  })

  test('warns of a field whose value nobody can name', () => {
    expect(read({ type: 'number', id: 'n' })).toMatchObject({
      ok: true,
      value: { warnings: [{ severity: 'warning', elementId: 'n' }], form: { components: [] } },
    })
  })

  test('may use names that FEEL would read as operations', () => {
    const components = [
      { type: 'number', key: 'order-id' },
      { type: 'number', key: 'b', validate: { min: '=order-id' } },
    ]
    expect(read(...components)).toMatchObject({ ok: true })
  })
})

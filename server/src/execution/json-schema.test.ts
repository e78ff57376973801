import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import { describe, expect, test } from 'vitest'
import { compileSchema } from './json-schema.ts'

function errorsOf(schema: JsonObject, value: JsonValue) {
  const compiled = compileSchema(schema)
  if (!compiled.ok) throw new Error(compiled.error)
  return compiled.value(value)
}

const order = {
  type: 'object',
  required: ['count'],
  additionalProperties: false,
  properties: {
    count: { type: 'integer', minimum: 1 },
    code: { type: 'string', pattern: '^[A-Z]{2}$' },
    lines: {
      type: 'array',
      minItems: 1,
      items: { type: 'object', properties: { price: { type: 'number' } } },
    },
    size: { enum: ['small', 'large'] },
    either: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    at: { type: 'string', format: 'date-time' },
    pattern: { type: 'string' },
  },
} as const satisfies JsonObject

describe('a value against a schema', () => {
  test('passes when it is as the schema says', () => {
    const value = { count: 2, code: 'DE', lines: [{ price: 1.5 }], size: 'small', either: null, pattern: '(' }
    expect(errorsOf(order, value)).toEqual([])
  })

  test('names each field that is wrong, without its value', () => {
    const value = {
      count: 0,
      code: 'secret',
      lines: [{ price: 'x' }],
      size: 'huge',
      either: 3,
      at: 'now',
      more: 1,
    }
    expect(errorsOf(order, value)).toEqual([
      { path: 'count', message: 'expected a number of at least 1' },
      { path: 'code', message: 'expected text that matches ^[A-Z]{2}$' },
      { path: 'lines[0].price', message: 'expected number, got string' },
      { path: 'size', message: 'expected any of ["small","large"]' },
      { path: 'either', message: 'instance does not match any subschemas' },
      { path: 'at', message: 'expected text of the format date-time' },
      { path: 'more', message: 'unknown field' },
    ])
  })

  test('misses what is required, where it should be', () => {
    expect(errorsOf(order, {})).toEqual([{ path: 'count', message: 'expected a value, got nothing' }])
    const nested = { properties: { a: { type: 'object', required: ['b'] } } }
    expect(errorsOf(nested, { a: {} })).toEqual([{ path: 'a.b', message: 'expected a value, got nothing' }])
  })

  test('matches a pattern in linear time', () => {
    const schema = { type: 'string', pattern: '^(a+)+$' }
    expect(errorsOf(schema, `${'a'.repeat(20_000)}!`)).toHaveLength(1)
    expect(errorsOf(schema, 'aaa')).toEqual([])
  })
})

describe('a schema that can not be used', () => {
  test('says why', () => {
    expect(compileSchema({ pattern: '(?=a)' })).toMatchObject({ ok: false })
    expect(compileSchema({ $ref: '#/$defs/nothing' })).toMatchObject({ ok: false })
    expect(compileSchema({ patternProperties: { a: true } })).toMatchObject({ ok: false })
    expect(compileSchema({ $ref: '#' })).toMatchObject({ ok: false })
  })
})

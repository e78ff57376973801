import type { JsonObject } from '@braid/core/base/json.ts'
import { describe, expect, test } from 'vitest'
import { draftOf, errorsOf, jsonOf, Unreadable } from './draft.ts'
import { fieldOf, type ObjectField, titleOf } from './field.ts'

const schema: JsonObject = {
  type: 'object',
  required: ['name', 'count', 'tags', 'home'],
  properties: {
    name: { type: 'string', minLength: 2, maxLength: 10 },
    count: { type: 'integer', minimum: 1, maximum: 5, default: 3 },
    share: { type: 'number', exclusiveMinimum: 0, multipleOf: 0.1 },
    code: { type: 'string', pattern: '^[A-Z]+$' },
    tags: { type: 'array', items: { type: 'string' }, minItems: 1, uniqueItems: true },
    kinds: { type: 'array', items: { enum: ['a', 'b'] } },
    since: { type: 'string', format: 'date', pattern: '^\\d+-' },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    home: { $ref: '#/$defs/address' },
    work: { $ref: '#/$defs/address' },
    free: { type: 'object', additionalProperties: { type: 'number' } },
  },
  $defs: {
    address: { type: 'object', required: ['city'], properties: { city: { type: 'string' } } },
  },
}
const field = fieldOf(schema) as ObjectField
const part = (name: string) => field.properties.find((property) => property.name === name)?.field

const valid = { name: 'Ada', count: 2, tags: ['x'], home: { city: 'Turin' } }

describe('the fields of a schema', () => {
  test('follow its types, formats, references and alternatives with null', () => {
    expect(Object.fromEntries(field.properties.map(({ name, field: { kind } }) => [name, kind]))).toEqual({
      name: 'text',
      count: 'number',
      share: 'number',
      code: 'text',
      tags: 'list',
      kinds: 'list',
      since: 'text',
      note: 'text',
      home: 'object',
      work: 'object',
      free: 'json',
    })
    expect(part('since')).toMatchObject({ input: 'date' })
    expect(part('note')).toMatchObject({ nullable: true })
    expect(part('kinds')).toMatchObject({ item: { kind: 'choice' } })
  })

  test('read choices from enum, const and alternatives of constants', () => {
    const choices = (one: JsonObject) => fieldOf(one)
    expect(choices({ enum: ['a', 1] })).toMatchObject({ choices: [{ label: 'a' }, { label: '1', value: 1 }] })
    expect(choices({ oneOf: [{ const: 'x', title: 'Ex' }, { const: 'y' }] })).toMatchObject({
      choices: [
        { value: 'x', label: 'Ex' },
        { value: 'y', label: 'y' },
      ],
    })
    expect(choices({ anyOf: [{ type: 'string' }, { type: 'number' }] }).kind).toBe('json')
  })

  test('end where a schema refers to itself', () => {
    const tree: JsonObject = {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#' } } },
    }
    let current = fieldOf(tree)
    let depth = 0
    while (current.kind === 'object' || current.kind === 'list') {
      depth++
      current = current.kind === 'list' ? current.item : (current.properties[0]?.field ?? current)
    }
    expect(current.kind).toBe('json')
    expect(depth).toBeLessThan(20)
  })

  test('are called by their names where nobody titled them', () => {
    expect(titleOf('chunkSize')).toBe('Chunk size')
    expect(titleOf('max_open-runs')).toBe('Max open runs')
  })
})

describe('a draft', () => {
  test('begins with defaults and gives what was entered', () => {
    expect(jsonOf(field, draftOf(field))).toEqual({ count: 3, tags: [], home: {} })
    expect(jsonOf(field, draftOf(field, { ...valid, note: '', extra: true }))).toEqual({
      ...valid,
      extra: true,
    })
  })

  test('is told what is missing and what is out of bounds, at its path', () => {
    expect([...errorsOf(field, draftOf(field)).keys()]).toEqual(['name', 'tags', 'home.city'])
    const errors = (change: Parameters<typeof draftOf>[1]) => [
      ...errorsOf(field, draftOf(field, { ...valid, ...(change as JsonObject) })),
    ]
    expect(errors({})).toEqual([])
    expect(errors({ name: 'x' })).toEqual([['name', 'Expected at least 2 characters, got 1']])
    expect(errors({ count: 6 })).toEqual([['count', 'Expected 5 or less']])
    expect(errors({ count: 2.5 })).toEqual([['count', 'Expected a whole number']])
    expect(errors({ share: 0 })).toEqual([['share', 'Expected more than 0']])
    expect(errors({ share: 0.3 })).toEqual([])
    expect(errors({ share: 0.25 })).toEqual([['share', 'Expected a multiple of 0.1']])
    expect(errors({ code: 'a1' })).toEqual([['code', 'Expected text that matches ^[A-Z]+$']])
    expect(errors({ tags: ['x', 'x'] })).toEqual([['tags', 'Expected each only once']])
    expect(errors({ tags: ['x', ''] })).toEqual([['tags[1]', 'Needed']])
  })

  test('wants an optional object only once something of it was entered', () => {
    const work = { type: 'object', required: ['city'], properties: { city: {}, street: { type: 'string' } } }
    const optional = fieldOf({ type: 'object', properties: { work } })
    expect(errorsOf(optional, { work: {} }).size).toBe(0)
    expect([...errorsOf(optional, { work: { street: 'Main' } }).keys()]).toEqual(['work.city'])
  })

  test('keeps JSON that can not be read yet, and says so', () => {
    const draft = { ...valid, free: new Unreadable('{"a":') }
    expect([...errorsOf(field, draft).keys()]).toEqual(['free'])
  })

  test('makes nothing of an empty field null where it has to be there', () => {
    const nullable = fieldOf({
      type: 'object',
      required: ['note'],
      properties: { note: { type: ['string', 'null'] }, other: { type: ['string', 'null'] } },
    })
    expect(jsonOf(nullable, { note: '', other: '' })).toEqual({ note: null })
  })
})

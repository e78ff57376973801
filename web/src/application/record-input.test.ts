import { expect, test } from 'vitest'
import { isOffered, recordInput } from './record-input.ts'

const record = { id: 'r1', data: { url: 'https://a.example', status: 'new', id: 'own' } }

test('a DAG gets of a record what the schema of its input names', () => {
  const schema = (names: readonly string[]) => ({
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, {}])),
  })
  expect(recordInput(record, schema(['id', 'url', 'limit']))).toEqual({ id: 'r1', url: 'https://a.example' })
  expect(recordInput(record, schema(['id', 'data']))).toEqual({ id: 'r1', data: record.data })
  expect(recordInput(record, undefined)).toEqual({ id: 'r1', url: 'https://a.example', status: 'new' })
})

test('an action is offered for records with its values only', () => {
  expect(isOffered(record.data, undefined)).toBe(true)
  expect(isOffered(record.data, { status: 'new' })).toBe(true)
  expect(isOffered(record.data, { status: 'done' })).toBe(false)
  expect(isOffered(record.data, { missing: true })).toBe(false)
  expect(isOffered({ tags: ['a', { b: 1 }] }, { tags: ['a', { b: 1 }] })).toBe(true)
  expect(isOffered({ tags: ['a'] }, { tags: { 0: 'a' } })).toBe(false)
})

import { expect, test } from 'vitest'
import { toStoreError } from './store-error.ts'

const withCode = (code: string): Error => Object.assign(new Error('m'), { code })

test.each([
  ['23505', 'conflict'],
  ['40001', 'retryable'],
  ['40P01', 'retryable'],
  ['57014', 'timeout'],
  ['57P01', 'unavailable'],
  ['08006', 'unavailable'],
  ['ECONNRESET', 'unavailable'],
  ['53100', 'unavailable'],
  ['42601', 'defect'],
])('code %s is %s', (code, kind) => {
  expect(toStoreError(withCode(code))).toMatchObject({ kind, code })
})

test('a connection that ends without a code is unavailable, anything else a defect', () => {
  expect(toStoreError(new Error('Connection terminated unexpectedly')).kind).toBe('unavailable')
  expect(toStoreError(new Error('something else')).kind).toBe('defect')
  expect(toStoreError('text')).toMatchObject({ kind: 'defect', message: 'text' })
})

test('an error that was classified stays as it is', () => {
  const error = toStoreError(withCode('40001'))
  expect(toStoreError(error)).toBe(error)
})

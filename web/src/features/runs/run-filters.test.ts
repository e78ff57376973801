import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  filtersFromUrl,
  filtersToSearch,
  filtersToUrl,
  noFilters,
  type RunFilters,
  runStates,
} from './run-filters.ts'

const read = (query: string): RunFilters => filtersFromUrl(new URLSearchParams(query))

test('an address without filters asks for everything', () => {
  expect(read('')).toEqual(noFilters)
  expect(filtersToSearch(noFilters)).toEqual({})
})

test('every filter survives the way through the address', () => {
  const word = fc.string({ minLength: 1 }).filter((text) => text.trim() === text)
  const filters: fc.Arbitrary<RunFilters> = fc.record(
    {
      process: word,
      version: fc.integer({ min: 1, max: 9_999 }),
      state: fc.constantFrom(...runStates),
      incident: fc.boolean(),
      businessId: word,
      from: fc.constantFrom('2026-01-31', '2026-10-05'),
      to: fc.constantFrom('2026-02-01', '2026-12-31'),
      variables: fc.array(
        fc.record({ name: word.filter((name) => !name.includes('=')), value: fc.string() }),
        { maxLength: 3 },
      ),
    },
    { requiredKeys: ['variables'] },
  )
  fc.assert(
    fc.property(filters, (each) => {
      expect(filtersFromUrl(new URLSearchParams(filtersToUrl(each).toString()))).toEqual(each)
    }),
  )
})

test('nonsense in an address is left out', () => {
  expect(read('state=LOST&version=-1&from=yesterday&incident=maybe&var=novalue&var==x&process=%20')).toEqual(
    noFilters,
  )
})

test('a typed value is looked for as the JSON that was stored', () => {
  const values = ['open', '42', '"42"', 'true', '{"a": 1}'].map((value) => ({ name: 'v', value }))
  expect(filtersToSearch({ variables: values }).variables?.map(({ value }) => value)).toEqual([
    '"open"',
    '42',
    '"42"',
    'true',
    '{"a":1}',
  ])
})

test('a business id with a wildcard is a pattern', () => {
  expect(filtersToSearch({ businessId: 'A-*', variables: [] }).businessId).toEqual({ $like: 'A-*' })
  expect(filtersToSearch({ businessId: 'A-1', variables: [] }).businessId).toBe('A-1')
})

test('days are whole days of the reader, both ends included', () => {
  const search = filtersToSearch({ from: '2026-03-01', to: '2026-03-01', variables: [] })
  expect(search.startDate).toEqual({
    $gte: new Date(2026, 2, 1).toISOString(),
    $lt: new Date(2026, 2, 2).toISOString(),
  })
})

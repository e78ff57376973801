import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findSyntaxError } from './json-syntax.ts'

test.each([
  ['{"a": x}', 6, 'a value'],
  ['{"a": 1,}', 8, 'a name in quotes'],
  ['{"a" 1}', 5, 'a colon'],
  ['[1 2]', 3, 'a comma or the end of the object or list'],
  ['[1,]', 3, 'a value'],
  ['{"a": [1}', 8, 'a comma or the end of the object or list'],
  ['{', 1, 'a name in quotes or }'],
  ['', 0, 'a value'],
  ['{} {}', 3, 'nothing more'],
  ['"\n"', 0, 'a value'],
  ['01', 1, 'nothing more'],
])('%j breaks at %i', (text, at, expected) => {
  expect(findSyntaxError(text)).toEqual({ at, expected })
})

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('agrees with JSON.parse about any text', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"\\u00e4"',
    '"\\x"',
    '-1.5e3',
    '01',
    'null',
    ' ',
    '\n',
    'x',
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    fc.json(),
    fc.json().chain((json) => fc.nat(json.length).map((at) => json.slice(0, at) + json.slice(at + 1))),
  )
  fc.assert(
    fc.property(text, (json) => {
      expect(findSyntaxError(json) === undefined).toBe(parses(json))
    }),
    {
      numRuns: 3_000,
    },
  )
})

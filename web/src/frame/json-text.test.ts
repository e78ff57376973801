import { expect, test } from 'vitest'
import { parseObject, prettyJson } from './json-text.ts'

test('an object is read, empty text is an empty object', () => {
  expect(parseObject('{"a": [1]}')).toEqual({ ok: true, value: { a: [1] } })
  expect(parseObject('  \n')).toEqual({ ok: true, value: {} })
})

test('other JSON is refused with an example', () => {
  expect(parseObject('[1]')).toMatchObject({ ok: false, message: expect.stringContaining('object') })
  expect(parseObject('null')).toMatchObject({ ok: false })
})

test('a mistake is told with its line and column', () => {
  expect(parseObject('{\n  "a": 1,\n  b: 2\n}')).toMatchObject({
    ok: false,
    message: expect.stringContaining('(line 3, column 3)'),
  })
})

test('an unfinished text is told with its end', () => {
  expect(parseObject('{"a": ')).toMatchObject({
    ok: false,
    message: expect.stringContaining('(line 1, column 7)'),
  })
})

test('only JSON is made pretty', () => {
  expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}')
  expect(prettyJson('{a')).toBe('{a')
})

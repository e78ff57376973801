import { describe, expect, test } from 'vitest'
import { differencesOf } from './infoset.ts'

const base =
  '<?xml version="1.0"?><a:r xmlns:a="u" xmlns:f="v"><a:x id="1" f:y="2" z="3">text<f:e>1 &lt; 2</f:e></a:x><a:w/><!--c--></a:r>'

describe('the same', () => {
  test.each([
    ['quotes and order of attributes', base.replace('id="1" f:y="2"', "f:y='2' id='1'")],
    ['CDATA for text', base.replace('1 &lt; 2', '<![CDATA[1 < 2]]>')],
    ['a start and an end tag for an empty element', base.replace('<a:w/>', '<a:w></a:w>')],
    ['white space inside of tags', base.replace('z="3"', '\n z = "3" ')],
    ['the encoding', base.replace('version="1.0"', 'version="1.0" encoding="UTF-8"')],
  ])('is said by %s', (_what, other) => {
    expect(differencesOf(base, other)).toEqual([])
  })
})

describe('a difference', () => {
  test.each([
    ['a lost attribute', base.replace(' z="3"', ''), 'lost /{u}r[]/{u}x[1] @z = "3"'],
    ['a changed attribute', base.replace('y="2"', 'y="2.0"'), 'lost /{u}r[]/{u}x[1] @{v}y = "2"'],
    ['a lost element', base.replace('<a:w/>', ''), 'lost /{u}r[]/{u}w[2]'],
    ['another namespace', base.replace('xmlns:f="v"', 'xmlns:f="other"'), 'lost /{u}r[] xmlns:f = v'],
    ['other text', base.replace('text', 'Text'), 'lost /{u}r[]/{u}x[1] text "text"'],
    ['a lost comment', base.replace('<!--c-->', ''), 'lost /{u}r[] comment "c"'],
    [
      'another order',
      base.replace('<f:e>1 &lt; 2</f:e>', '').replace('>text', '><f:e>1 &lt; 2</f:e>text'),
      'moved /{u}r[]/{u}x[1] text "text"',
    ],
  ])('is %s', (_what, other, expected) => {
    expect(differencesOf(base, other)).toContain(expected)
  })
})

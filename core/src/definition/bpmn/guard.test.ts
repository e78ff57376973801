import { describe, expect, test } from 'vitest'
import { limits } from '../../base/limits.ts'
import { file, process } from './fixtures/bpmn-text.ts'
import { guard } from './guard.ts'

const codeOf = (xml: string): string | undefined => {
  const result = guard(xml)
  return result.ok ? undefined : result.error[0]?.code
}

/** Milliseconds that the guard takes. */
const timeOf = (xml: string): number => {
  const start = performance.now()
  guard(xml)
  return performance.now() - start
}

const tasks = (count: number): string =>
  Array.from({ length: count }, (_, index) => `<bpmn:task id="t${index}" />`).join('')

describe('size', () => {
  test('refuses text beyond the limit without reading it', () => {
    expect(codeOf(process(`<bpmn:task id="a" name="${'x'.repeat(10_000_000)}" />`))).toBe(
      'DOCUMENT_TOO_LARGE',
    )
  })

  test('counts bytes, not characters', () => {
    expect(codeOf(process(`<bpmn:task id="a" name="${'€'.repeat(limits.definitionBytes / 2)}" />`))).toBe(
      'DOCUMENT_TOO_LARGE',
    )
  })

  test('refuses 50,000 tasks in no time', () => {
    const xml = process(tasks(50_000))
    expect(codeOf(xml)).toBe('DOCUMENT_TOO_COMPLEX')
    expect(timeOf(xml)).toBeLessThan(500)
  })

  test('refuses masses of extension elements and of namespaces', () => {
    expect(codeOf(process('<x/>'.repeat(300_000)))).toBe('DOCUMENT_TOO_COMPLEX')
    const prefixes = Array.from({ length: 200 }, (_, index) => `xmlns:n${index}="u${index}"`)
    expect(codeOf(process(`<bpmn:task id="a" ${prefixes.join(' ')} />`))).toBe('DOCUMENT_TOO_COMPLEX')
  })

  test('refuses an element with masses of attributes', () => {
    const attributes = Array.from({ length: 100_000 }, (_, index) => `x${index}=""`).join(' ')
    expect(codeOf(`<definitions ${attributes} />`)).toBe('DOCUMENT_TOO_COMPLEX')
  })

  test('takes as many flow elements as the limit says', () => {
    expect(codeOf(process(tasks(limits.definitionElements)))).toBeUndefined()
  })
})

describe('nesting', () => {
  test('refuses 20,000 nested sub-processes', () => {
    const depth = 20_000
    expect(codeOf(process('<bpmn:subProcess>'.repeat(depth) + '</bpmn:subProcess>'.repeat(depth)))).toBe(
      'DOCUMENT_TOO_DEEP',
    )
  })

  test('refuses deep extension elements', () => {
    expect(codeOf(process('<x>'.repeat(1000) + '</x>'.repeat(1000)))).toBe('DOCUMENT_TOO_DEEP')
  })

  test('takes sub-processes as deep as the limit says', () => {
    const nested = (depth: number): string =>
      process('<bpmn:subProcess>'.repeat(depth) + '</bpmn:subProcess>'.repeat(depth))
    expect(codeOf(nested(limits.definitionDepth))).toBeUndefined()
    expect(codeOf(nested(limits.definitionDepth + 1))).toBe('DOCUMENT_TOO_DEEP')
  })
})

describe('declarations', () => {
  test.each([
    ['billion laughs', '<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'],
    ['external entity', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'],
    ['parameter entity', '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://example.org/x.dtd"> %p;]>'],
    ['lower case', '<!doctype html>'],
  ])('refuses %s and says where', (_name, declaration) => {
    const result = guard(`<?xml version="1.0"?>\n${declaration}<a/>`)
    expect(!result.ok && result.error).toMatchObject([{ code: 'DOCTYPE_FORBIDDEN', line: 2, column: 1 }])
  })

  test('takes the word in a comment', () => {
    expect(codeOf(file('<!-- no <!DOCTYPE here -->'))).toBeUndefined()
  })
})

describe('characters and encodings', () => {
  test.each([
    ['NUL', '\u0000', 'CHARACTER_FORBIDDEN'],
    ['a control character', '\u001b', 'CHARACTER_FORBIDDEN'],
    ['a lone surrogate', '\ud800', 'CHARACTER_FORBIDDEN'],
    ['a non-character', '\uffff', 'CHARACTER_FORBIDDEN'],
    ['bytes that were not UTF-8', '\ufffd', 'ENCODING_UNSUPPORTED'],
    ['a reference to NUL', '&#0;', 'CHARACTER_FORBIDDEN'],
    ['a reference to a control character', '&#x1B;', 'CHARACTER_FORBIDDEN'],
    ['a reference to a lone surrogate', '&#xD800;', 'CHARACTER_FORBIDDEN'],
    ['a reference beyond Unicode', '&#x110000;', 'CHARACTER_FORBIDDEN'],
  ])('refuses %s', (_name, text, code) => {
    expect(codeOf(process(`<bpmn:task id="a" name="${text}" />`))).toBe(code)
  })

  test.each(['😀 \u202e\u200b ä', '&#128512; &#x1F600; &amp;&#9;'])('takes %s', (text) => {
    expect(codeOf(process(`<bpmn:task id="a" name="${text}" />`))).toBeUndefined()
  })

  test.each([
    ['UTF-16', '<a/>', 'ENCODING_UNSUPPORTED'],
    ['UTF-7', '<a/>', 'ENCODING_UNSUPPORTED'],
    ['x', '<a/>', 'ENCODING_UNSUPPORTED'],
    ['ISO-8859-1', '<a b="ä"/>', 'ENCODING_UNSUPPORTED'],
    ['ISO-8859-1', '<a/>', undefined],
    ['utf-8', '<a b="ä"/>', undefined],
    ['US-ASCII', '<a/>', undefined],
  ])('answers the declared encoding %s for %s', (encoding, xml, code) => {
    expect(codeOf(`<?xml version="1.0" encoding="${encoding}"?>${xml}`)).toBe(code)
    expect(codeOf(`<?xml version='1.0' encoding='${encoding}'?>${xml}`)).toBe(code)
  })

  test('takes a byte order mark off', () => {
    const result = guard('\ufeff<a/>')
    expect(result.ok && result.value.xml).toBe('<a/>')
  })

  test('refuses an empty text', () => {
    expect(codeOf('')).toBe('XML_MALFORMED')
    expect(codeOf(' \n ')).toBe('XML_MALFORMED')
  })
})

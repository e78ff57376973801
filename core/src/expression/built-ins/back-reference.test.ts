import { describe, expect, it, test } from 'vitest'
import { compileExpression } from '../expression.ts'
import { Run } from '../run.ts'

function matches(input: string, pattern: string, flags = '') {
  const compiled = compileExpression('matches(input, pattern, flags)')
  if (!compiled.ok) throw new Error(compiled.error.message)
  const run = new Run(0)
  const values = new Map([
    ['input', input],
    ['pattern', pattern],
    ['flags', flags],
  ])
  return { value: compiled.value.value(run, (name) => values.get(name)), run }
}

describe('a pattern with back-references', () => {
  test.each([
    ['abab', '^(ab)\\1$', '', true],
    ['abba', '^(ab)\\1$', '', false],
    ['aA', '^(a)\\1$', '', false],
    ['aA', '^(a)\\1$', 'i', true],
    ['say "it\'s"', '(["\']).*?\\1', '', true],
    ['"no\'', '(["\']).*?\\1', '', false],
    ['xyzzyx', '^(.)(.)(.)\\3\\2\\1$', '', true],
    ['aabb', '^(?:(\\w)\\1)+$', '', true],
    ['aab', '^(?:(\\w)\\1)+$', '', false],
    ['aaaa', '^(a{1,3})\\1$', '', true],
    ['aaa', '^(a{2})\\1$', '', false],
    ['a1', '^(a)?(b|\\d)\\2?$', '', true],
    ['b', '^(?:(a)|b)\\1$', '', true],
    ['aa0', '^(a)\\10$', '', true],
    ['', '^(a*)*\\1$', '', true],
    ['line\naa', '^(a)\\1$', 'm', true],
    ['line\naa', '^(a)\\1$', '', false],
    ['a a', '^ ( a ) \\s \\1 $', 'x', true],
    ['\u{1f434}\u{1f434}', '^(.)\\1$', '', true],
    ['bb', '^([a-z-[a]])\\1$', '', true],
    ['éé', '^(\\p{L})\\1$', '', true],
  ])('%j by %s with the flags "%s": %s', (input, pattern, flags, expected) => {
    expect(matches(input, pattern, flags).value).toBe(expected)
  })

  test.each(['(a\\1)', '\\1(a)', '(a)\\2', '(a)\\1)', '(a)\\1{3,1}', '(a)\\1**', '(a)\\1[z-a]'])(
    '%s is none',
    (pattern) => {
      expect(matches('aa', pattern).value).toBeNull()
    },
  )

  it('ends at a limit when it goes back too often', () => {
    const { value, run } = matches('a'.repeat(40), '^(a?)(a?)(?:a*)*(?:a*)*(?:a*)*\\1\\2b$')
    expect(value).toBeNull()
    expect(run.failure?.code).toBe('FUEL_EXHAUSTED')
  })

  it('does not nest with the text', () => {
    expect(matches(`${'ab'.repeat(20_000)}!`, '^(ab)(?:\\1)*!$').value).toBe(true)
  })

  it('is refused when it would be too large', () => {
    expect(matches('a', `(a)\\1${'(?:(?:b{99}){99}){99}'}`).value).toBeNull()
  })
})

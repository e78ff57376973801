import { expect, it } from 'vitest'
import { mask } from './mask.ts'

/** A hole in a template, written so that it does not look like one here. */
const hole = (code: string): string => ['$', '{', code, '}'].join('')

it('blanks comments and strings, and keeps every offset', () => {
  const template = `y ${hole('c + `z`')} w`
  const source = `const a = 'x' // it's\n/* { */ const b = \`${template}\`\nconst d = /[/'{]+/.test(e) / 2`
  const { code, strings } = mask(source)
  expect(code).toHaveLength(source.length)
  expect(code).toContain('const b = ')
  expect(code).toContain('c + ')
  expect(code).not.toMatch(/[{}xyzw]/)
  expect(code).toContain('.test(e) / 2')
  expect(strings.map(({ text }) => text)).toEqual(['x', 'z', template])
})

it('takes a lone quote in the text of an element for an apostrophe', () => {
  const { code } = mask("return <p>It doesn't matter</p>\nconst next = {}")
  expect(code).toContain('const next = {}')
})

it('reads a division where a value stands before the slash', () => {
  expect(mask('const a = (b) / c / d').code).toBe('const a = (b) / c / d')
})

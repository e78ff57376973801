import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { collectResult, readResult } from './result.ts'
import { maxResultBytes } from './runner.ts'

const read = (text: string) => readResult(Buffer.from(text))

describe('the result of a script', () => {
  it.each([
    ['{"a":[1,null,"é"]}', { a: [1, null, 'é'] }],
    ['  7\n', 7],
    ['{\n  "a": 1\n}\n', { a: 1 }],
    ['{"a":1}\n{"a":2}\n', { a: 2 }],
    ['no JSON\n"last"', 'last'],
  ])('%j is read', (text, value) => {
    expect(read(text)).toEqual({ ok: true, value })
  })

  it('is none when nothing was written', () => {
    expect(read('')).toBeUndefined()
    expect(read(' \n')).toBeUndefined()
  })

  it.each([
    ['{"a":', /JSON/],
    ['NaN', /JSON/],
    ['{"a":1}{"a":2}', /twice|JSON/],
    ['{"__proto__":{"admin":true}}', /__proto__/],
    ['{"\\u005f_proto__":1}', /__proto__/],
    ['['.repeat(100_000), /nesting/],
    ['[12345678901234567890]', /2\^53/],
  ])('%.40s is refused', (text, message) => {
    expect(read(text)).toEqual({ ok: false, error: expect.stringMatching(message) })
  })

  it('is UTF-8', () => {
    expect(readResult(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({ ok: false })
  })

  it('is kept up to its limit, and read on beyond', async () => {
    const pieceBytes = 64 * 1024
    const pieces = Array.from({ length: (4 * maxResultBytes) / pieceBytes }, () =>
      Buffer.alloc(pieceBytes, 0x20),
    )
    const many = Readable.from(pieces)
    expect(await collectResult(many)).toEqual({
      ok: false,
      error: expect.stringMatching(/1048576 .*4194304/),
    })
    expect(many.readableEnded).toBe(true)
  })
})

import { PassThrough, Readable } from 'node:stream'
import { setImmediate as soon } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { lentBuffers } from './lent-buffers.ts'

test('what came while nobody asked comes as one, and each is empty once the next is asked for', async () => {
  const stream = new PassThrough()
  const written = ['a', 'b', 'c'].map((letter) => Buffer.alloc(8_192, letter))
  for (const data of written) stream.write(data)
  const lent = lentBuffers(stream)
  const first = (await lent.next()).value as Buffer
  expect(first.toString()).toBe('a'.repeat(8_192) + 'b'.repeat(8_192) + 'c'.repeat(8_192))
  expect(written.map(({ length }) => length)).toEqual([0, 0, 0])
  stream.end(Buffer.alloc(8_192, 'd'))
  await soon()
  const second = (await lent.next()).value as Buffer
  expect([first.length, second.length]).toEqual([0, 8_192])
  expect(await lent.next()).toEqual({ value: undefined, done: true })
  expect(second.length).toBe(0)
})

test('reads nothing on while nobody asks', async () => {
  let made = 0
  const endless = new Readable({
    highWaterMark: 65_536,
    read() {
      made += 1
      this.push(Buffer.alloc(32_768, 'x'))
    },
  })
  const lent = lentBuffers(endless)
  await lent.next()
  for (let turn = 0; turn < 20; turn += 1) await soon()
  expect(made).toBeLessThan(10)
  await lent.return(undefined)
  expect(endless.destroyed).toBe(true)
})

test('a stream that fails, or ends before its end, fails whoever reads it', async () => {
  const failing = new PassThrough()
  const lent = lentBuffers(failing)
  failing.write(Buffer.alloc(5_000))
  await lent.next()
  failing.destroy(new Error('broken'))
  await expect(lent.next()).rejects.toThrow('broken')
  const cut = new PassThrough()
  const rest = lentBuffers(cut)
  const next = rest.next()
  cut.destroy()
  await expect(next).rejects.toThrow('Premature close')
})

test('memory that others share is left alone', async () => {
  const shared = Buffer.alloc(20_000, 'y')
  for await (const data of lentBuffers(Readable.from([shared.subarray(100)])))
    expect(data.length).toBe(19_900)
  expect(shared.length).toBe(20_000)
})

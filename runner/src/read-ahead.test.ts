import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { withoutReadAhead } from './read-ahead.ts'

it('leaves in a pipe what nobody has asked for', async () => {
  const child = withoutReadAhead(() => spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] }))
  child.stdin.write('a')
  await vi.waitFor(() => expect(child.stdout.readableLength).toBe(1))
  child.stdin.write('b')
  await pause(100)
  expect(child.stdout.readableLength).toBe(1)
  expect(String(child.stdout.read())).toBe('a')
  await vi.waitFor(() => expect(child.stdout.readableLength).toBe(1))
  expect(String(child.stdout.read())).toBe('b')
  child.kill()
  await once(child, 'exit')
})

it('leaves other streams as they are, whatever happens', () => {
  const before = new PassThrough().readableHighWaterMark
  expect(withoutReadAhead(() => new PassThrough().readableHighWaterMark)).toBe(1)
  expect(new PassThrough().readableHighWaterMark).toBe(before)
  const fail = (): never => {
    throw new Error('none')
  }
  expect(() => withoutReadAhead(fail)).toThrow('none')
  expect(new PassThrough().readableHighWaterMark).toBe(before)
})

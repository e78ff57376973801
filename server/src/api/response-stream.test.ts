import { EventEmitter } from 'node:events'
import type { FastifyReply } from 'fastify'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Identity } from '../operations/identity.ts'
import { createResponseStreams, type ResponseStream } from './response-stream.ts'

const identity: Identity = {
  kind: 'api-key',
  userId: '1',
  username: 'w',
  displayName: 'w',
  grants: new Set(['*']),
}

/** A response whose reader takes nothing until `drain`. */
class StalledResponse extends EventEmitter {
  readonly written: string[] = []
  ended = false
  destroyed = false
  writeHead(): void {}
  write(chunk: string): boolean {
    this.written.push(chunk)
    return false
  }
  end(): void {
    this.ended = true
  }
  destroy(): void {
    this.destroyed = true
  }
}

function open(identify = async (): Promise<Identity | undefined> => identity) {
  const response = new StalledResponse()
  const reply = { raw: response, hijack: () => undefined, getHeaders: () => ({}) } as unknown as FastifyReply
  const authenticator = { identify, forget: () => undefined, forgetAll: () => undefined }
  const stream = createResponseStreams({ authenticator }).open(reply, {
    contentType: 'text/event-stream',
    permission: 'process-instance:read',
    identity,
    credentials: { kind: 'api-key', secret: 's' },
  })
  if ('code' in stream) throw new Error('expected a stream')
  return { response, stream: stream satisfies ResponseStream }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a stream', () => {
  test('waits for a reader that is behind', async () => {
    const { response, stream } = open()
    const written = stream.write('a')
    await vi.advanceTimersByTimeAsync(10_000)
    response.emit('drain')
    await written
    expect(stream.signal.aborted).toBe(false)
    stream.end()
    expect(response.ended).toBe(true)
  })

  test('drops a reader that takes nothing for 20 seconds', async () => {
    const { response, stream } = open()
    const written = stream.write('a')
    await vi.advanceTimersByTimeAsync(20_000)
    await written
    expect(stream.signal.aborted).toBe(true)
    expect(response.destroyed).toBe(true)
    await stream.write('b')
    expect(response.written).toEqual(['a'])
  })

  test('ends when its reader goes away, or may not read any more', async () => {
    const gone = open()
    gone.response.emit('close')
    expect(gone.stream.signal.aborted).toBe(true)
    const revoked = open(async () => undefined)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(revoked.stream.signal.aborted).toBe(true)
  })

  test('stays when the database cannot tell whether it may', async () => {
    const { stream } = open(async () => {
      throw new Error('no connection')
    })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(stream.signal.aborted).toBe(false)
    stream.end()
  })
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AuditEntry } from '../store/access.ts'
import { createAuditLog } from './audit-log.ts'

const entry = (operation: string): AuditEntry => ({
  at: 0,
  actorKind: 'user',
  actor: 'admin',
  operation,
  requestId: operation,
})

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: vi.fn() }

beforeEach(() => {
  vi.useFakeTimers()
  silent.error.mockClear()
})
afterEach(() => {
  vi.useRealTimers()
})

test('entries of a moment are stored together', async () => {
  const stored: string[][] = []
  const audit = createAuditLog(
    { appendAudit: async (batch) => void stored.push(batch.map((one) => one.operation)) },
    silent,
  )
  for (const operation of ['a', 'b', 'c']) audit.record(entry(operation))
  await vi.advanceTimersByTimeAsync(300)
  expect(stored).toEqual([['a', 'b', 'c']])
})

test('entries wait for a database that does not answer, in their order', async () => {
  let away = true
  const stored: string[] = []
  const audit = createAuditLog(
    {
      appendAudit: async (batch) => {
        if (away) throw new Error('connection refused')
        stored.push(...batch.map((one) => one.operation))
      },
    },
    silent,
  )
  audit.record(entry('a'))
  await vi.advanceTimersByTimeAsync(5_000)
  audit.record(entry('b'))
  away = false
  await vi.advanceTimersByTimeAsync(5_000)
  expect(stored).toEqual(['a', 'b'])
  expect(silent.error).not.toHaveBeenCalled()
})

test('what cannot be stored at the end is in the log of the server', async () => {
  const audit = createAuditLog({ appendAudit: () => Promise.reject(new Error('connection refused')) }, silent)
  audit.record(entry('a'))
  await audit.close()
  expect(silent.error).toHaveBeenCalledOnce()
})

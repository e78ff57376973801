import type { TaskOutput } from '@braid/contract/dag-run.ts'
import { expect, test } from 'vitest'
import { atLeast, fileLine, labelOf, newestOf, textOf, textsOf } from './log-text.ts'

const entry = (more: Partial<TaskOutput>): TaskOutput => ({
  sequence: 1,
  timestamp: '2026-01-01T00:00:00.000Z',
  taskKey: '7',
  nodeId: 'clean',
  attempt: 1,
  kind: 'stdout',
  ...more,
})
const escapeCharacter = String.fromCharCode(27)

test('log lines and what scripts wrote are text, values and progress are not', () => {
  const kinds = ['log', 'value', 'progress', 'stdout', 'stderr'] as const
  const entries = kinds.map((kind) => entry({ kind, message: 'x\n' }))
  expect(textsOf(entries).map(({ kind }) => kind)).toEqual(['log', 'stdout', 'stderr'])
})

test('a line that comes in pieces is one, whatever comes between', () => {
  const pieces: readonly Partial<TaskOutput>[] = [
    { message: 'one ' },
    { taskKey: '8', message: 'other' },
    { kind: 'stderr', message: 'oh' },
    { kind: 'log', message: 'no end' },
    { message: 'line\ntwo' },
    { kind: 'log', message: 'no end' },
    { message: ' lines\n' },
    { message: 'three' },
    { message: 'after a gap\n', omittedBytes: 5 },
    { attempt: 2, message: 'again\n' },
  ]
  const texts = textsOf(pieces.map((piece, index) => entry({ ...piece, sequence: index })))
  expect(texts.map(({ sequence, message }) => [sequence, message])).toEqual([
    [0, 'one line\ntwo lines\n'],
    [1, 'other'],
    [2, 'oh'],
    [3, 'no end'],
    [5, 'no end'],
    [7, 'three'],
    [8, 'after a gap\n'],
    [9, 'again\n'],
  ])
  const long = Array.from({ length: 30 }, () => entry({ message: 'x'.repeat(1_000) }))
  expect(textsOf(long).map(({ message = '' }) => message.length)).toEqual([10_000, 10_000, 10_000])
})

test('a level leaves out log lines below it, but nothing of a script', () => {
  expect(atLeast(entry({ kind: 'log', level: 'info' }), 'warn')).toBe(false)
  expect(atLeast(entry({ kind: 'log', level: 'error' }), 'warn')).toBe(true)
  expect(atLeast(entry({ kind: 'stdout' }), 'error')).toBe(true)
  expect([labelOf(entry({ kind: 'stderr' })), labelOf(entry({ kind: 'log' }))]).toEqual(['stderr', 'info'])
})

test('what a script wrote is shown as text, its lines as lines', () => {
  const message = `${escapeCharacter}[31mone${escapeCharacter}[0m\r\n\ttwo <b>\n\n`
  expect(textOf(entry({ message }))).toBe('one\n\ttwo <b>\n')
  expect(textOf(entry({ message: 'end\n', omittedBytes: 12 }))).toBe('[12 bytes left out]\nend')
  expect(fileLine(entry({ message: 'hi\n' }))).toBe('2026-01-01T00:00:00.000Z STDOUT clean 7 attempt 1: hi\n')
})

test('of much, the newest is kept', () => {
  const output = ['a', 'bb', 'ccc'].map((message, index) => entry({ sequence: index + 1, message }))
  const kept = (entries: number, letters: number) =>
    newestOf(output, { entries, letters }).map(({ sequence }) => sequence)
  expect(kept(3, 6)).toEqual([1, 2, 3])
  expect(kept(2, 6)).toEqual([2, 3])
  expect(kept(3, 5)).toEqual([2, 3])
  expect(kept(3, 4)).toEqual([3])
  expect(kept(0, 0)).toEqual([3])
  expect(newestOf([], { entries: 1, letters: 1 })).toEqual([])
})

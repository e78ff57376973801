import type { TaskOutput } from '@braid/contract/dag-run.ts'
import { expect, test } from 'vitest'
import { atLeast, fileLine, isText, labelOf, textOf } from './log-text.ts'

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
  expect(kinds.filter((kind) => isText(entry({ kind })))).toEqual(['log', 'stdout', 'stderr'])
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

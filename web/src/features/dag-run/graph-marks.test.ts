import type { TaskOutput } from '@braid/contract/dag-run.ts'
import { expect, test } from 'vitest'
import { countsText, markText } from '../../graph/marks.ts'
import { marksOf, saidByNode } from './graph-marks.ts'

const none = { queued: 0, running: 0, succeeded: 0, failed: 0, skipped: 0, incident: 0, canceled: 0 }
const entry = (sequence: number, nodeId: string, rest: Partial<TaskOutput>): TaskOutput => ({
  sequence,
  timestamp: '2026-01-01T00:00:00Z',
  taskKey: '1',
  nodeId,
  attempt: 1,
  kind: 'value',
  ...rest,
})

test('a node says the newest value or the newest word about its progress, not its log', () => {
  const said = saidByNode([
    entry(1, 'a', { value: { page: 1 } }),
    entry(2, 'b', { kind: 'progress', progress: 0.5, message: 'half of it' }),
    entry(3, 'a', { value: 'x'.repeat(200) }),
    entry(4, 'a', { kind: 'log', message: 'noise' }),
    entry(5, 'b', { kind: 'progress', progress: 0.6 }),
  ])
  expect(said.get('a')).toBe(`${'x'.repeat(80)}…`)
  expect(said.get('b')).toBe('half of it')
})

test('a mark says counts only of several runs, and progress only while it runs', () => {
  const marks = marksOf(
    [
      { nodeId: 'one', kind: 'task', state: 'running', counts: { ...none, running: 1 }, progress: 0.256 },
      {
        nodeId: 'many',
        kind: 'task',
        state: 'running',
        counts: { ...none, running: 3, succeeded: 1_200, failed: 1 },
      },
      { nodeId: 'idle', kind: 'task', state: 'waiting', counts: none },
    ],
    new Map(),
  )
  const [one, many, idle] = ['one', 'many', 'idle'].map((id) => marks.get(id))
  expect(markText(one)).toBe('running, 26 %')
  expect(many && countsText(many)).toBe('1 failed, 3 running, 1,200 succeeded')
  expect(markText(idle)).toBe('waiting')
})

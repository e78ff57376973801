import type { DagNodeStatus, DagRunDetail, TaskOutput } from '@braid/contract/dag-run.ts'
import { expect, test } from 'vitest'
import { afterChanges, afterSnapshot, emptyRunView, keptOutput } from './dag-run-view.ts'

const counts = { queued: 0, running: 0, succeeded: 0, failed: 0, skipped: 0, incident: 0, canceled: 0 }
const node = (nodeId: string, state: DagNodeStatus['state'], startedAt?: string): DagNodeStatus => ({
  nodeId,
  kind: 'task',
  state,
  counts,
  ...(startedAt === undefined ? {} : { startedAt }),
})
const run: DagRunDetail = {
  dagRunKey: '1',
  dagKey: '2',
  dagId: 'd',
  dagTitle: 'D',
  dagVersion: 1,
  state: 'QUEUED',
  trigger: 'manual',
  priority: 0,
  createdAt: '2026-01-01T00:00:00Z',
  progress: 0,
  input: {},
  nodes: [node('a', 'waiting'), node('b', 'waiting')],
}
const said = (sequence: number): TaskOutput => ({
  sequence,
  timestamp: '2026-01-01T00:00:00Z',
  taskKey: '1',
  nodeId: 'a',
  attempt: 1,
  kind: 'log',
  message: String(sequence),
})

test('changes are laid over the snapshot: nodes one by one, the rest as it is told', () => {
  const first = afterSnapshot({ kind: 'dag-run', run, output: [said(1)] })
  const second = afterChanges(first, {
    kind: 'dag-run',
    state: 'RUNNING',
    progress: 0.5,
    nodes: [node('b', 'running', '2026-01-01T00:00:05Z')],
    output: [said(2)],
  })
  expect(second.run).toMatchObject({ state: 'RUNNING', progress: 0.5, startedAt: '2026-01-01T00:00:05Z' })
  expect(second.run?.nodes.map(({ nodeId, state }) => [nodeId, state])).toEqual([
    ['a', 'waiting'],
    ['b', 'running'],
  ])
  expect(second.output.map(({ sequence }) => sequence)).toEqual([1, 2])
})

test('a whole run at the end replaces what was known', () => {
  const view = afterSnapshot({ kind: 'dag-run', run, output: [] })
  const ended: DagRunDetail = { ...run, state: 'SUCCEEDED', output: 1, endedAt: '2026-01-01T00:01:00Z' }
  expect(afterChanges(view, { kind: 'dag-run', run: ended, output: [] }).run).toEqual(ended)
})

test('only the newest output is kept, and nothing breaks without a snapshot', () => {
  const many = Array.from({ length: keptOutput + 10 }, (_, index) => said(index + 1))
  const view = afterChanges(emptyRunView, { kind: 'dag-run', output: many })
  expect(view.run).toBeUndefined()
  expect(view.output).toHaveLength(keptOutput)
  expect(view.output[0]?.sequence).toBe(11)
})

/** Random DAGs, run by the engine, do what the rules say: no more, no less, and nothing is left over. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkCommit } from '../../../../tests/support/check-commit.ts'
import type { Event } from '../../engine/event.ts'
import type { DagNode } from '../../model/dag.ts'
import { DagRun, type OpenTask } from './fixtures/dag-run.ts'
import { type Expected, expectRun, nodesOf, randomDag, runName } from './fixtures/random-dag.ts'

const pathOf = ({ input }: OpenTask): readonly number[] => (input as { path: readonly number[] }).path

/** What each node waits for in its own part. */
function needsOf(nodes: readonly DagNode[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    nodes.flatMap((node) => {
      const inner = 'nodes' in node ? [...needsOf(node.nodes)] : []
      return [
        [node.id, [...(node.after ?? []), ...(node.on === undefined ? [] : [node.on.node])]] as const,
        ...inner,
      ]
    }),
  )
}

/** Nothing begins before what it waits for in the same run of its part has ended. */
function expectOrder(log: readonly Event[], needs: ReadonlyMap<string, readonly string[]>): void {
  const begun = new Map<string, number>()
  const places = new Map<number, string>()
  const ended = new Map<string, number>()
  for (const [index, event] of log.entries()) {
    if (event.type === 'element-activated') {
      const place = `${event.element} in ${event.scope}`
      if (!begun.has(place)) begun.set(place, index)
      places.set(event.key, place)
    }
    if (event.type === 'element-completed' || event.type === 'element-terminated')
      ended.set(places.get(event.key) ?? '', index)
  }
  for (const [place, at] of begun) {
    const [element = '', scope] = place.split(' in ')
    for (const need of needs.get(element) ?? []) {
      const other = `${need} in ${scope}`
      if (begun.has(other))
        expect([place, other, (ended.get(other) ?? Number.POSITIVE_INFINITY) < at]).toEqual([
          place,
          other,
          true,
        ])
    }
  }
}

test('every node runs exactly as often as its rules say, after what it waits for', () => {
  fc.assert(
    fc.property(
      randomDag,
      fc.array(fc.nat({ max: 1_000 }), { minLength: 1, maxLength: 20 }),
      (specs, choices) => {
        const expected: Expected = { runs: new Map(), failing: new Set() }
        const output = expectRun(specs, expected)
        const nodes = nodesOf(specs)
        const model = { id: 'app/random', nodes, output: `= n${specs.length - 1}` }
        const run = new DagRun([model], {}, (commit, { tables }) => checkCommit(commit, tables))
        let step = 0
        while (run.open.length > 0) {
          const { open } = run
          const choice = choices[step++ % choices.length] ?? 0
          const task = open[choice % open.length] as OpenTask
          const name = runName(task.node, pathOf(task))
          run.end(task, expected.failing.has(name) ? 'failed' : { output: name })
        }
        expect(run.incidents).toEqual([])
        expect([run.status, run.output]).toEqual(['completed', output])
        const counts = run.counts()
        // The one task of a map is done by the element of the map.
        for (const id of tasksOf(nodes)) counts[id] = run.ended.filter((node) => node === id).length
        const single = [...needsOf(nodes).keys()].filter((id) => isSingle(nodes, id))
        expect(Object.fromEntries(single.map((id) => [id, counts[id] ?? 0]))).toEqual(
          Object.fromEntries(single.map((id) => [id, expected.runs.get(id) ?? 0])),
        )
        const { state, log } = run.instance
        expect([state.elements.size, state.incidents.size, run.driver.tables.jobs.size]).toEqual([0, 0, 0])
        expectOrder(log, needsOf(nodes))
      },
    ),
    { numRuns: 300 },
  )
})

/** Tasks and choices: one element instance is one run of them. */
function isSingle(nodes: readonly DagNode[], id: string): boolean {
  return nodes.some((node) => ('nodes' in node ? isSingle(node.nodes, id) : node.id === id))
}

const tasksOf = (nodes: readonly DagNode[]): readonly string[] =>
  nodes.flatMap((node) => ('nodes' in node ? tasksOf(node.nodes) : node.kind === 'task' ? [node.id] : []))

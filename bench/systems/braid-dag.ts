/** Braid in one process, a DAG: a task per item of the run's input, then one that takes all results. */
import { compileDag } from '../../core/src/definition/dag/compile.ts'
import { measureMaps, report } from '../workload.ts'
import { startBraid } from './braid-node.ts'

const compiled = compileDag({
  id: 'bench/map',
  nodes: [
    {
      id: 'all',
      kind: 'map',
      over: '= input.items',
      nodes: [{ id: 'one', kind: 'task', task: 'bench/one', input: { item: '= item' } }],
      result: '= one',
    },
    { id: 'join', kind: 'task', task: 'bench/join', input: { results: '= all' } },
  ],
})
if (!compiled.ok) throw new Error(compiled.error.map((finding) => finding.message).join('; '))
const node = await startBraid({
  'bench/one': async ({ variables }) => ({ output: (variables.input as { item: number }).item }),
  'bench/join': async ({ variables }) => ({
    output: (variables.input as { results: readonly number[] }).results.length,
  }),
})
const definitionKey = await node.deploy(compiled.value.program)
report(
  await measureMaps((width) =>
    node.runOf(definitionKey, { input: { items: Array.from({ length: width }, (_, index) => index) } }),
  ),
)
await node.stop()
process.exit(0)

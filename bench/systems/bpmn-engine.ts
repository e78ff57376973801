/** bpmn-engine (npm): a BPMN interpreter in memory; nothing is durable. Beside Braid's pure engine on the same XML. */
import { Engine } from 'bpmn-engine'
import type { Key } from '../../core/src/base/key.ts'
import { compileBpmn } from '../../core/src/definition/bpmn/compile.ts'
import { execute, unborn } from '../../core/src/engine/decide.ts'
import { linkProgram } from '../../core/src/engine/graph.ts'
import { type Measurement, report } from '../workload.ts'
import { sequenceXml } from './models.ts'

const instances = { peer: 300, braid: 30_000 }

async function measurePeer(): Promise<number> {
  const source = sequenceXml(10)
    .replaceAll('serviceTask', 'task')
    .replace(/<bpmn:extensionElements>.*?<\/bpmn:extensionElements>/gs, '')
  const begin = performance.now()
  for (let index = 0; index < instances.peer; index++) {
    const engine = Engine({ name: 'bench', source })
    await new Promise<void>((resolve, reject) => {
      engine.once('end', () => resolve())
      engine.once('error', reject)
      engine.execute()
    })
  }
  return (instances.peer / (performance.now() - begin)) * 1_000
}

async function measureBraid(): Promise<number> {
  const compiled = await compileBpmn(sequenceXml(10))
  const program = compiled.ok ? compiled.value.programs[0] : undefined
  if (program === undefined) throw new Error('the model does not compile')
  const graph = linkProgram(program)
  let last = 0
  const keys = { next: (): Key => ++last as Key }
  const definitionKey = keys.next()
  const begin = performance.now()
  for (let index = 0; index < instances.braid; index++) {
    const create = { type: 'create-instance', key: keys.next(), definitionKey, variables: {} } as const
    const state = unborn(create, program.processId)
    execute(graph, state, create, { now: 0, keys })
    while (state.status === 'active') {
      const [jobKey] = state.owners.keys()
      if (jobKey === undefined) throw new Error('an active instance waits for nothing')
      execute(graph, state, { type: 'complete-job', jobKey, variables: {} }, { now: 0, keys })
    }
  }
  return (instances.braid / (performance.now() - begin)) * 1_000
}

const results: Measurement[] = [
  { workload: 'sequence of 10 in memory: bpmn-engine', value: await measurePeer(), unit: '/s' },
  { workload: 'sequence of 10 in memory: Braid core', value: await measureBraid(), unit: '/s' },
]
report(results)

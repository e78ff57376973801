/** Braid in one process: execution on PostgreSQL with handlers of its own. */
import { compileBpmn } from '../../core/src/definition/bpmn/compile.ts'
import type { Program } from '../../core/src/model/program.ts'
import { ownSeconds, postgresSeconds } from '../cpu.ts'
import { fanOut, load, type Measurement, measure, measureAll, report } from '../workload.ts'
import { startBraid } from './braid-node.ts'
import { fanOutXml, jobType, sequenceXml } from './models.ts'

const node = await startBraid({ [jobType]: async () => undefined })

async function compiled(xml: string): Promise<Program> {
  const result = await compileBpmn(xml)
  if (!result.ok) throw new Error(result.error.map((finding) => finding.message).join('; '))
  const [program] = result.value.programs
  if (program === undefined) throw new Error('expected a process')
  return program
}

const runOf = async (xml: string) => node.runOf(await node.deploy(await compiled(xml)))
const sequence10 = await runOf(sequenceXml(10))

/** Processor time and round trips of a sequence of ten under load. */
async function accountOfSequence10(): Promise<readonly Measurement[]> {
  const [own, database, commits] = [ownSeconds(), postgresSeconds(), node.commits()]
  const begin = performance.now()
  const { value } = await measure({ name: 'account', run: sequence10, concurrency: load })
  const instances = (value * (performance.now() - begin)) / 1_000
  const account = (workload: string, amount: number): Measurement => ({ workload, value: amount, unit: 'ms' })
  return [
    account('account: processor time of Braid', ((ownSeconds() - own) / instances) * 1_000),
    account('account: processor time of PostgreSQL', ((postgresSeconds() - database) / instances) * 1_000),
    {
      workload: 'account: statements',
      value: (node.commits() - commits) / ((performance.now() - begin) / 1_000),
      unit: '/s',
    },
  ]
}

const table = await measureAll({
  sequence1: await runOf(sequenceXml(1)),
  sequence10,
  fanOut: await runOf(fanOutXml(fanOut)),
})
report([...table, ...(await accountOfSequence10())])
await node.stop()
process.exit(0)

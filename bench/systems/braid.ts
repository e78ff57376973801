/** Braid in one process: execution on PostgreSQL with handlers of its own. */
import { compileBpmn } from '../../core/src/definition/bpmn/compile.ts'
import { createSystemClock } from '../../server/src/execution/clock.ts'
import { createExecution } from '../../server/src/execution/create-execution.ts'
import { migrate } from '../../server/src/store/migrate.ts'
import { createPostgresStore } from '../../server/src/store/postgres-store.ts'
import { StoreError } from '../../server/src/store/store-error.ts'
import { ownSeconds, postgresSeconds } from '../cpu.ts'
import { fanOut, load, type Measurement, measure, measureAll, report } from '../workload.ts'
import { fanOutXml, jobType, sequenceXml } from './models.ts'

const url = process.env.BENCH_DATABASE_URL
if (url === undefined) throw new Error('BENCH_DATABASE_URL names the database to use')
await migrate(url)
const store = createPostgresStore({ url, node: 'bench' })
const clock = createSystemClock()
let storedCommits = 0
const execution = await createExecution({
  store: {
    ...store,
    commit: (batch, options) => {
      storedCommits += 1
      return store.commit(batch, options)
    },
  },
  clock,
  wall: createSystemClock(),
  nodeName: 'bench',
  isDead: () => false,
  isPassing: (error) => error instanceof StoreError && error.kind !== 'defect',
  onTrouble: (error) => console.error(error),
})
execution.handle(jobType, async () => undefined, { concurrency: 100_000 })
await execution.start()

const definitions = new Map<string, Awaited<ReturnType<typeof execution.nextKey>>>()
for (const xml of [sequenceXml(1), sequenceXml(10), fanOutXml(fanOut)]) {
  const compiled = await compileBpmn(xml)
  if (!compiled.ok) throw new Error(compiled.error.map((finding) => finding.message).join('; '))
  const deployed = await store.deploy({
    at: clock.now(),
    processes: compiled.value.programs.map((program) => ({
      resourceName: `${program.processId}.bpmn`,
      xml,
      program,
    })),
    forms: [],
  })
  for (const process of deployed.processes)
    definitions.set(process.processDefinitionId, process.processDefinitionKey)
}

const run = (processId: string) => async (): Promise<void> => {
  const definitionKey = definitions.get(processId)
  if (definitionKey === undefined) throw new Error(`${processId} is not deployed`)
  const created = await execution.createInstance({ definitionKey, variables: {} })
  if (!created.ok) throw new Error(created.error.message)
  const ended = await execution.awaitEnd(created.value.instanceKey, 60_000)
  if (ended?.status !== 'completed') throw new Error(`${processId} did not complete within a minute`)
}

/** Processor time and round trips of a sequence of ten under load. */
async function accountOfSequence10(): Promise<readonly Measurement[]> {
  const [own, database, commits] = [ownSeconds(), postgresSeconds(), storedCommits]
  const begin = performance.now()
  const { value } = await measure({ name: 'account', run: run('sequence10'), concurrency: load })
  const instances = (value * (performance.now() - begin)) / 1_000
  const account = (workload: string, amount: number): Measurement => ({ workload, value: amount, unit: 'ms' })
  return [
    account('account: processor time of Braid', ((ownSeconds() - own) / instances) * 1_000),
    account('account: processor time of PostgreSQL', ((postgresSeconds() - database) / instances) * 1_000),
    {
      workload: 'account: statements',
      value: (storedCommits - commits) / ((performance.now() - begin) / 1_000),
      unit: '/s',
    },
  ]
}

const table = await measureAll({
  sequence1: run('sequence1'),
  sequence10: run('sequence10'),
  fanOut: run('fanOut'),
})
report([...table, ...(await accountOfSequence10())])
await execution.stop()
await store.close()
process.exit(0)

/** DBOS: workflows with durable steps on PostgreSQL. */
import { DBOS } from '@dbos-inc/dbos-sdk'
import { fanOut, measureAll, report } from '../workload.ts'

const step = (name: string): Promise<number> => DBOS.runStep(async () => 1, { name })

const sequence = (length: number) =>
  DBOS.registerWorkflow(
    async () => {
      for (let index = 0; index < length; index++) await step(`step${index}`)
    },
    { name: `sequence${length}` },
  )

const sequence1 = sequence(1)
const sequence10 = sequence(10)
const wide = DBOS.registerWorkflow(
  async () => {
    await Promise.allSettled(Array.from({ length: fanOut }, (_, index) => step(`step${index}`)))
  },
  { name: 'fanOut' },
)

const systemDatabaseUrl = process.env.BENCH_DATABASE_URL
if (systemDatabaseUrl === undefined) throw new Error('BENCH_DATABASE_URL names the database to use')
DBOS.setConfig({ name: 'bench', systemDatabaseUrl, systemDatabasePoolSize: 20, logLevel: 'error' })
await DBOS.launch()
report(await measureAll({ sequence1, sequence10, fanOut: wide }))
await DBOS.shutdown()
process.exit(0)

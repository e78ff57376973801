/** A node of Braid without HTTP: execution on PostgreSQL with handlers of its own. */

import type { JsonObject } from '../../core/src/base/json.ts'
import type { Key } from '../../core/src/base/key.ts'
import type { Program } from '../../core/src/model/program.ts'
import { createSystemClock } from '../../server/src/execution/clock.ts'
import { createExecution } from '../../server/src/execution/create-execution.ts'
import type { JobHandler } from '../../server/src/execution/execution.ts'
import { migrate } from '../../server/src/store/migrate.ts'
import { createPostgresStore } from '../../server/src/store/postgres-store.ts'
import { StoreError } from '../../server/src/store/store-error.ts'
import type { RunOnce } from '../workload.ts'

export type BraidNode = {
  /** Stores a definition; its source text is no matter here. */
  deploy(program: Program): Promise<Key>
  /** Starts an instance and waits for its end. */
  runOf(definitionKey: Key, variables?: JsonObject): RunOnce
  commits(): number
  stop(): Promise<void>
}

export async function startBraid(handlers: Readonly<Record<string, JobHandler>>): Promise<BraidNode> {
  const url = process.env.BENCH_DATABASE_URL
  if (url === undefined) throw new Error('BENCH_DATABASE_URL names the database to use')
  await migrate(url)
  const store = createPostgresStore({ url, node: 'bench' })
  const clock = createSystemClock()
  let commits = 0
  const execution = await createExecution({
    store: {
      ...store,
      commit: (batch, options) => {
        commits += 1
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
  for (const [jobType, handler] of Object.entries(handlers))
    execution.handle(jobType, handler, { concurrency: 100_000 })
  await execution.start()
  return {
    deploy: async (program) => {
      const processes = [{ resourceName: program.processId, xml: program.processId, program }]
      const deployed = await store.deploy({ at: clock.now(), processes, forms: [] })
      const [process] = deployed.processes
      if (process === undefined) throw new Error(`${program.processId} was not deployed`)
      return process.processDefinitionKey
    },
    runOf:
      (definitionKey, variables = {}) =>
      async () => {
        const created = await execution.createInstance({ definitionKey, variables })
        if (!created.ok) throw new Error(created.error.message)
        const ended = await execution.awaitEnd(created.value.instanceKey, 120_000)
        if (ended?.status !== 'completed') throw new Error('an instance did not complete within two minutes')
      },
    commits: () => commits,
    stop: async () => {
      await execution.stop()
      await store.close()
    },
  }
}

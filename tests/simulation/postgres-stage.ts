/** The simulation over PostgreSQL: real SQL, one call at a time, in the order that the seed decides. */
import type { Key } from '@braid/core/base/key.ts'
import type { Program } from '@braid/core/model/program.ts'
import { createPostgresStore, type PostgresStore } from '../../server/src/store/postgres-store.ts'
import type { Stage } from './simulate.ts'

export type PostgresStage = {
  readonly stage: (programs: readonly Program[], at: number) => Promise<Stage>
  close(): Promise<void>
}

/** `url`: a migrated database that nothing was deployed to. */
export function createPostgresStage(url: string): PostgresStage {
  const store = createPostgresStore({ url, node: 'simulation', poolSize: 2 })
  return {
    stage: async (programs, at) => {
      const { deploymentKey, processes } = await store.deploy({
        at,
        processes: programs.map((program) => ({
          resourceName: `${program.processId}.bpmn`,
          xml: program.processId,
          program,
        })),
        forms: [],
      })
      const definitions = processes.map(({ processDefinitionKey: key, version }, index) => {
        const program = programs[index] as Program
        return { key, version, program, processId: program.processId, deploymentKey }
      })
      return {
        backend: inOrder(store),
        tables: undefined,
        definitions,
        isIdle: () => isIdle(store),
        leftovers: () => leftovers(store),
        versions: () => versions(store),
      }
    },
    close: () => store.close(),
  }
}

/** Where the port promises no order, the order of the model, so that both do the same. */
function inOrder(store: PostgresStore): Stage['backend'] {
  return {
    ...store,
    heldInstances: async (holder, max) =>
      [...(await store.heldInstances(holder, max))].sort((one, other) => one - other),
  }
}

async function isIdle({ database, match }: PostgresStore): Promise<boolean> {
  const busy = await database.run({
    text: `
      select from outbox
      union all
      select from timer where instance_key is null`,
    values: [],
  })
  return busy.length === 0 && (await match({ now: 0, max: 1 })).length === 0
}

async function leftovers({ database }: PostgresStore): Promise<readonly string[]> {
  const rows = await database.run<{ row: string }>({
    text: `
      select 'job ' || key as row from job
      union all select 'timer ' || key from timer
      union all select 'subscription ' || key from subscription
      union all select 'user task ' || key from user_task where state = 'CREATED'
      union all select 'incident ' || key from incident where resolved_at is null
      union all select 'held instance ' || key from instance where holder is not null`,
    values: [],
  })
  return rows.map(({ row }) => row)
}

async function versions({ database }: PostgresStore): Promise<ReadonlyMap<Key, number>> {
  const rows = await database.run<{ key: Key; version: number }>({
    text: 'select key, version from instance',
    values: [],
  })
  return new Map(rows.map(({ key, version }) => [key, version]))
}

/** The simulation over PostgreSQL: real SQL, one call at a time, in the order that the seed decides. */
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
      return { backend: inOrder(store), tables: undefined, definitions }
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
    match: async (request) =>
      [...(await store.match(request))].sort(
        (one, other) => one.message.key - other.message.key || (one.claim.claim < other.claim.claim ? -1 : 1),
      ),
  }
}

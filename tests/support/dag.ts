/** DAGs of tests. */
import type { DagModel, DagNode } from '@braid/core/model/dag.ts'
import type { JobTaskNode, Program } from '@braid/core/model/program.ts'
import { createPostgresStore } from '../../server/src/store/postgres-store.ts'

/** Tasks one after the other. */
export const chainOf = (id: string, nodes: readonly string[], more: Partial<DagModel> = {}): DagModel => ({
  id,
  nodes: nodes.map(
    (node, index): DagNode => ({
      kind: 'task',
      id: node,
      task: `${id}/${node}`,
      ...(index === 0 ? {} : { after: [nodes[index - 1] as string] }),
    }),
  ),
  ...more,
})

function programOfChain({ id: processId, title, nodes }: DagModel): Program {
  const ids = nodes.map(({ id }) => id)
  const flow = (index: number): string[] => (index <= 0 || index >= ids.length ? [] : [`f${index}`])
  const tasks = ids.map(
    (id, index): JobTaskNode => ({
      type: 'job-task',
      id,
      sourceType: 'serviceTask',
      scope: processId,
      incoming: flow(index),
      outgoing: flow(index + 1),
      inputs: [{ source: { feel: 'input' }, target: 'input' }],
      outputs: [{ source: { feel: 'output' }, target: id }],
      boundaryEvents: [],
      job: {
        type: { value: `${processId}/${id}` },
        retries: { value: 3 },
        headers: { task: `${processId}/${id}`, nodeId: id },
      },
    }),
  )
  return {
    format: 2,
    processId,
    ...(title === undefined ? {} : { name: title }),
    nodes: [
      {
        type: 'process',
        id: processId,
        sourceType: 'process',
        incoming: [],
        outgoing: [],
        inputs: [],
        outputs: [],
        starts: ids.slice(0, 1),
        triggeredStarts: [],
        eventSubProcesses: [],
      },
      ...tasks,
    ],
    flows: ids
      .slice(1)
      .map((target, index) => ({ id: `f${index + 1}`, source: ids[index] as string, target })),
  }
}

export async function deployDag(databaseUrl: string, model: DagModel): Promise<string> {
  const store = createPostgresStore({ url: databaseUrl, node: 'test' })
  try {
    const deployed = await store.deploy({
      at: 1,
      processes: [{ resourceName: 'd.dag.json', xml: JSON.stringify(model), program: programOfChain(model) }],
      forms: [],
    })
    const key = deployed.processes[0]?.processDefinitionKey
    await store.database.run({
      text: `update definition set language = 'dag', model = $2 where key = $1`,
      values: [key, JSON.stringify(model)],
    })
    return String(key)
  } finally {
    await store.close()
  }
}

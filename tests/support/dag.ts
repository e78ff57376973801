/** DAGs of tests, deployed like anybody's. */
import type { DagModel, DagNode } from '@braid/core/model/dag.ts'
import type { Api } from './api.ts'

/** Tasks one after the other. */
export const chainOf = (id: string, nodes: readonly string[], more: Partial<DagModel> = {}): DagModel => ({
  id,
  nodes: nodes.map(
    (node, index): DagNode => ({
      kind: 'task',
      id: node,
      task: `${id.replace('/', '-')}/${node}`,
      input: '= input',
      ...(index === 0 ? {} : { after: [nodes[index - 1] as string] }),
    }),
  ),
  ...more,
})

export async function deployDag(api: Api, model: DagModel): Promise<void> {
  const { status, body } = await api.tryDeploy(
    `${model.id.replace('/', '-')}.dag.json`,
    JSON.stringify(model),
  )
  if (status !== 200) throw new Error(JSON.stringify(body))
}

export type Job = { readonly jobKey: string; readonly attempt: number; readonly variables: object }

/** The calls that tests of runs make. */
export function dagApi(api: Api) {
  const runOf = async (key: unknown) => (await api.get(`/dag-runs/${key}`)).body
  const tasksOf = async (key: unknown, filter: object = {}) =>
    api.items(`/dag-runs/${key}/tasks/search`, filter)
  return {
    start: async (dagId: string, more: object = {}): Promise<Record<string, unknown>> => {
      const { status, body } = await api.post('/dag-runs', { dagId, ...more })
      if (status !== 200) throw new Error(JSON.stringify(body))
      return body
    },
    cancel: async (key: unknown) => (await api.post(`/dag-runs/${key}/cancellation`)).status,
    runOf,
    stateOf: async (key: unknown) => (await runOf(key)).state,
    tasksOf,
    /** The only one of a node. */
    taskOf: async (key: unknown, nodeId: string) => {
      const [task] = await tasksOf(key, { nodeId })
      return (await api.get(`/dag-runs/${key}/tasks/${task?.taskKey}`)).body
    },
    outputOf: async (key: unknown, query: object = {}) =>
      (await api.post(`/dag-runs/${key}/output/search`, query)).body.items as Record<string, unknown>[],
    take: async (type: string, more: object = {}): Promise<Job> => {
      const request = {
        type,
        worker: 'w',
        timeout: 60_000,
        maxJobsToActivate: 1,
        requestTimeout: 10_000,
        ...more,
      }
      const [job] = (await api.post('/jobs/activation', request)).body.jobs as Job[]
      if (job === undefined) throw new Error(`no job of type ${type}`)
      return job
    },
    complete: async (jobKey: string, output: unknown) =>
      (await api.post(`/jobs/${jobKey}/completion`, { variables: { output } })).status,
  }
}

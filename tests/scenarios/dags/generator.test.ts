/** Scenarios D1 and D2: a generator whose items take turns through branches, and a diamond whose branches overlap. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../../support/api.ts'
import { createTestServer, type TestServer } from '../../support/server.ts'

let server: TestServer
let api: Api
beforeAll(async () => {
  server = await createTestServer()
  api = createApi(server, '/api/v1')
})
afterAll(() => server.stop())

type Job = { readonly jobKey: string; readonly variables: { readonly input: Record<string, unknown> } }
const take = async (type: string, max = 1): Promise<readonly Job[]> => {
  const request = { type, worker: 'w', timeout: 60_000, maxJobsToActivate: max, requestTimeout: -1 }
  return (await api.post('/jobs/activation', request)).body.jobs as Job[]
}
const complete = async (job: Job, output: unknown): Promise<void> => {
  expect((await api.post(`/jobs/${job.jobKey}/completion`, { variables: { output } })).status).toBe(204)
}

const yielding = `
id: yielding
nodes:
  - { id: BEFORE, kind: task, task: yielding/before }
  - id: range
    kind: generate
    task: yielding/range
    after: [BEFORE]
    input: { from: 0, to: 5 }
    nodes:
      - { id: A, kind: task, task: yielding/a, input: { value: = item } }
      - { id: turn, kind: choice, by: round-robin, branches: [b, c], after: [A] }
      - { id: B, kind: task, task: yielding/b, on: { node: turn, branch: b }, input: { value: = A } }
      - { id: C, kind: task, task: yielding/c, on: { node: turn, branch: c }, input: { value: = A } }
      - { id: D, kind: task, task: yielding/d, input: { value: = B } }
      - { id: E, kind: task, task: yielding/e, input: { value: = C } }
  - { id: AFTER, kind: task, task: yielding/after, after: [range] }
`

test('D1: each item of a generator drives what comes behind it, once before and once after', async () => {
  expect((await api.tryDeploy('yielding.dag.yaml', yielding)).status).toBe(200)
  const { dagRunKey } = (await api.post('/dag-runs', { dagId: 'yielding' })).body
  const [before] = await take('yielding/before')
  await complete(before as Job, null)
  const [range] = await take('yielding/range')
  for (let value = 0; value < 5; value++) {
    const given = await api.post(`/jobs/${range?.jobKey}/items`, { offset: value, items: [value] })
    expect(given.status).toBeLessThan(300)
    // What is downstream runs while the generator still does.
    const [a] = await take('yielding/a')
    expect(a?.variables.input).toEqual({ value })
    await complete(a as Job, value)
  }
  expect(await take('yielding/after')).toEqual([])
  await complete(range as Job, null)
  const ran: Record<string, number> = {}
  for (const node of ['b', 'd', 'c', 'e']) {
    const jobs = await take(`yielding/${node}`, 10)
    ran[node] = jobs.length
    expect(await take('yielding/after')).toEqual([])
    for (const job of jobs) await complete(job, job.variables.input.value)
  }
  expect(ran).toEqual({ b: 3, d: 3, c: 2, e: 2 })
  const [after] = await take('yielding/after')
  await complete(after as Job, null)
  await eventually(async () => (await api.get(`/dag-runs/${dagRunKey}`)).body.state, 'SUCCEEDED')

  const { nodes } = (await api.get(`/dag-runs/${dagRunKey}`)).body as {
    readonly nodes: readonly { readonly nodeId: string; readonly counts: Record<string, number> }[]
  }
  expect(Object.fromEntries(nodes.map(({ nodeId, counts }) => [nodeId, counts.succeeded]))).toEqual({
    ...{ BEFORE: 1, range: 1, A: 5, turn: 5, B: 3, D: 3, C: 2, E: 2, AFTER: 1 },
  })
})

const diamond = `
id: diamond
nodes:
  - { id: one, kind: task, task: diamond/one }
  - { id: two, kind: task, task: diamond/two, after: [one] }
  - { id: three, kind: task, task: diamond/three, after: [one] }
  - { id: four, kind: task, task: diamond/four, after: [two] }
  - { id: five, kind: task, task: diamond/five, after: [four, three] }
`

test('D2: branches of a diamond overlap, and what joins them waits for both', async () => {
  expect((await api.tryDeploy('diamond.dag.yaml', diamond)).status).toBe(200)
  const { dagRunKey } = (await api.post('/dag-runs', { dagId: 'diamond' })).body
  const next = async (node: string): Promise<Job> => {
    const [job] = await take(`diamond/${node}`)
    if (job === undefined) throw new Error(`expected '${node}' to be on offer`)
    return job
  }
  await complete(await next('one'), null)
  // Both are taken before either is done.
  const [two, three] = [await next('two'), await next('three')]
  await complete(two, null)
  await complete(await next('four'), null)
  expect(await take('diamond/five')).toEqual([])
  await complete(three, null)
  await complete(await next('five'), null)
  await eventually(async () => (await api.get(`/dag-runs/${dagRunKey}`)).body.state, 'SUCCEEDED')
})

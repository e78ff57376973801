/** A map over a list: its one task is a node of its own, run once for each item, whose results come in their order. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../../support/api.ts'
import { createTestServer, type TestServer } from '../../support/server.ts'

const source = `
id: maps
nodes:
  - { id: list, kind: task, task: maps/list }
  - id: all
    kind: map
    over: = list.words
    nodes:
      - { id: shout, kind: task, task: maps/shout, input: { word: = item, place: = loopCounter } }
    result: = shout.text
  - { id: join, kind: task, task: maps/join, input: { words: = all } }
output: = join
`

let server: TestServer
let api: Api
beforeAll(async () => {
  server = await createTestServer()
  api = createApi(server, '/api/v1')
})
afterAll(() => server.stop())

type Job = { readonly jobKey: string; readonly variables: { readonly input: Record<string, unknown> } }
const take = async (type: string, max = 1): Promise<readonly Job[]> =>
  (await api.post('/jobs/activation', { type, worker: 'w', timeout: 60_000, maxJobsToActivate: max })).body
    .jobs as Job[]
const complete = (job: Job | undefined, output: unknown) =>
  api.post(`/jobs/${job?.jobKey}/completion`, { variables: { output } })

test('a map gives the results of its task in the order of the items', async () => {
  expect((await api.tryDeploy('maps.dag.yaml', source)).status).toBe(200)
  const { dagRunKey } = (await api.post('/dag-runs', { dagId: 'maps' })).body
  const [list] = await take('maps/list')
  await complete(list, { words: ['one', 'two', 'three'] })
  const shouts = await take('maps/shout', 10)
  expect(shouts.map(({ variables }) => variables.input)).toEqual([
    { word: 'one', place: 1 },
    { word: 'two', place: 2 },
    { word: 'three', place: 3 },
  ])
  for (const job of shouts.toReversed())
    await complete(job, { text: String(job.variables.input.word).toUpperCase() })
  const [join] = await take('maps/join')
  expect(join?.variables.input).toEqual({ words: ['ONE', 'TWO', 'THREE'] })
  await complete(join, 'ONE TWO THREE')
  await eventually(async () => (await api.get(`/dag-runs/${dagRunKey}`)).body.state, 'SUCCEEDED')

  const run = (await api.get(`/dag-runs/${dagRunKey}`)).body
  expect(run.output).toBe('ONE TWO THREE')
  expect(run.nodes).toMatchObject([
    { nodeId: 'list', state: 'succeeded', counts: { succeeded: 1 } },
    { nodeId: 'all', kind: 'map', state: 'succeeded', counts: { succeeded: 1 }, progress: 1 },
    { nodeId: 'shout', kind: 'task', state: 'succeeded', counts: { succeeded: 3 } },
    { nodeId: 'join', state: 'succeeded', counts: { succeeded: 1 } },
  ])
  const tasks = await api.items(`/dag-runs/${dagRunKey}/tasks/search`, { nodeId: 'shout' })
  expect(tasks.map(({ item }) => item)).toEqual([[1], [2], [3]])
  const second = (await api.get(`/dag-runs/${dagRunKey}/tasks/${tasks[1]?.taskKey}`)).body
  expect(second).toMatchObject({
    nodeId: 'shout',
    input: { word: 'two', place: 2 },
    output: { text: 'TWO' },
    attempts: [{ attempt: 1, outcome: 'succeeded' }],
  })
})

/** Which of the jobs that wait is done next. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../support/api.ts'
import { processXml } from '../support/process-xml.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let api: Api

beforeAll(async () => {
  server = await createTestServer()
  api = createApi(server)
})
afterAll(() => server?.stop())

const ranked = (id: string): string =>
  processXml(
    id,
    `<startEvent id="s" /><serviceTask id="w"><extensionElements><zeebe:taskDefinition type="${id}" />
    <zeebe:jobPriorityDefinition priority="=rank" /></extensionElements></serviceTask>`,
    's -> w',
  )

test('workers get those of higher priority first, and see it', async () => {
  await api.deploy('remote.bpmn', ranked('remote'))
  for (const rank of [1, 9, -3, 5]) await api.start('remote', { rank })
  expect(await api.items('/jobs/search', { type: 'remote', priority: { $gt: 4 } })).toHaveLength(2)
  const request = { type: 'remote', worker: 'w', timeout: 60_000, maxJobsToActivate: 1, requestTimeout: -1 }
  const taken: unknown[] = []
  for (let count = 0; count < 4; count++) {
    const { body } = await api.post('/jobs/activation', request)
    taken.push(...(body.jobs as { priority: number }[]).map(({ priority }) => priority))
  }
  expect(taken).toEqual([9, 5, 1, -3])
})

test('a handler with little room does the jobs that wait in that order, one after the other', async () => {
  await api.deploy('local.bpmn', ranked('local'))
  const done: number[] = []
  let running = 0
  const gate = Promise.withResolvers<void>()
  server.execution.handle(
    'local',
    async ({ priority }) => {
      running += 1
      expect(running).toBe(1)
      await gate.promise
      done.push(priority)
      running -= 1
      return undefined
    },
    { concurrency: 1 },
  )
  // The first takes the only place.
  const instances = [await api.start('local', { rank: 0 })]
  for (const rank of [1, 9, -3, 5]) instances.push(await api.start('local', { rank }))
  gate.resolve()
  const states = () => Promise.all(instances.map((key) => api.stateOf(key)))
  await eventually(states, Array(5).fill('COMPLETED'))
  expect(done).toEqual([0, 9, 5, 1, -3])
})

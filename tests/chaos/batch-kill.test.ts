/**
 * A batch operation whose node is killed with SIGKILL in the middle, again and again: another node ends it, and what
 * must not be done twice (moving a token) was done once to each instance. `BRAID_CHAOS_INSTANCES` sets how many.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { processXml, serviceTask } from '../support/process-xml.ts'
import { type BraidProcess, clientOf, freePort, startBraid } from './braid-process.ts'

const instances = Number(process.env.BRAID_CHAOS_INSTANCES ?? '1500')
const kills = 2
const startsAtATime = 50

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

async function startNode(databaseUrl: string): Promise<BraidProcess> {
  const settings = { BRAID_DATABASE_URL: databaseUrl, BRAID_SEED: 'none', BRAID_LOG_LEVEL: 'error' }
  const node = await startBraid({ port: await freePort(), settings })
  cleanUp.push(() => node.stop())
  return node
}

test(`${instances} tokens are moved once each, though the node is killed ${kills} times`, async () => {
  const database = await createTestDatabase()
  cleanUp.push(() => database.drop())
  let node = await startNode(database.url)
  const xml = processXml(
    'p',
    `<startEvent id="s" />${serviceTask('here')}${serviceTask('there')}`,
    's -> here',
    'here -> there',
  )
  const client = () => clientOf(node.url)
  await client().createDeployment({ body: { resources: [{ name: 'p.bpmn', content: xml }] } })
  for (let started = 0; started < instances; started += startsAtATime) {
    const some = Array.from({ length: Math.min(startsAtATime, instances - started) }, () =>
      client().createProcessInstance({ body: { processDefinitionId: 'p' } }),
    )
    await Promise.all(some)
  }
  const { batchOperationKey } = await client().modifyProcessInstances({
    body: {
      filter: { processDefinitionId: 'p' },
      moveInstructions: [{ sourceElementId: 'here', targetElementId: 'there' }],
    },
  })
  const batch = () => client().getBatchOperation({ params: { batchOperationKey } })
  for (let kill = 1; kill <= kills; kill++) {
    const enough = (instances * kill) / (kills + 2)
    while ((await batch()).operationsCompletedCount < enough) await sleep(1)
    await node.kill()
    node = await startNode(database.url)
  }
  expect((await batch()).state).toBe('ACTIVE')
  while ((await batch()).state === 'ACTIVE') await sleep(100)
  expect(await batch()).toMatchObject({
    state: 'COMPLETED',
    operationsTotalCount: instances,
    operationsCompletedCount: instances,
    operationsFailedCount: 0,
  })
  const { items } = await client().searchProcessDefinitions({
    body: { filter: { processDefinitionId: 'p' } },
  })
  const processDefinitionKey = items[0]?.processDefinitionKey ?? ''
  const statistics = await client().getDefinitionStatistics({ params: { processDefinitionKey } })
  const counts = { active: 0, completed: 0, canceled: 0, incidents: 0 }
  expect(statistics.items).toEqual([
    { ...counts, elementId: 'here', canceled: instances },
    { ...counts, elementId: 's', completed: instances },
    { ...counts, elementId: 'there', active: instances },
  ])
}, 180_000)

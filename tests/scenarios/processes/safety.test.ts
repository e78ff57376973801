/** What happens twice or at the same time counts once; through the API of two running nodes on one database. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../../support/api.ts'
import { createTestServer, startNode, type TestServer } from '../../support/server.ts'
import { boundary, bpmn, catching, end, message, on, process, start, task } from './bpmn-text.ts'
import { createRuns, type Runs } from './runs.ts'

let server: TestServer
let other: TestServer
let runs: Runs
/** The same database through either node. */
let nodes: readonly [Api, Api]
beforeAll(async () => {
  server = await createTestServer({ controlledClock: true })
  runs = await createRuns(server, Date.now())
  other = await startNode(server.databaseUrl)
  nodes = [createApi(server, '/api/v1'), createApi(other, '/api/v1')]
})
afterAll(async () => {
  await other?.stop()
  await server?.stop()
})

/** The same request as often at the same time, through both nodes by turns; answers the statuses, sorted. */
async function together(times: number, path: string, body: object = {}): Promise<readonly number[]> {
  const requests = Array.from({ length: times }, (_, index) =>
    nodes[index % 2 === 0 ? 0 : 1].post(path, body),
  )
  return (await Promise.all(requests)).map(({ status }) => status).toSorted()
}

describe('P31 a message that starts', () => {
  beforeAll(() =>
    runs.deploy(
      'p31_start.bpmn',
      bpmn(
        message('ordered'),
        process('p31_start', start('start', on.message('ordered')), task('work'), 'start -> work'),
      ),
    ),
  )
  const instances = (state?: string) =>
    runs.items('/process-instances/search', {
      processDefinitionId: 'p31_start',
      ...(state === undefined ? {} : { state }),
    })

  test('is taken once when it is delivered twice', async () => {
    const once = { name: 'ordered', correlationKey: 'K-1', messageId: 'm-1', timeToLive: 60_000 }
    expect((await runs.post('/messages/publication', once)).status).toBe(200)
    expect(await runs.post('/messages/publication', once)).toMatchObject({
      status: 409,
      body: { code: 'INVALID_STATE', detail: expect.stringContaining('m-1') },
    })
    await eventually(async () => (await instances()).length, 1)
    const [run] = await instances()
    expect(await runs.path(String(run?.processInstanceKey))).toEqual(['start'])
    await runs.complete(String(run?.processInstanceKey), 'work')
    expect(await instances()).toHaveLength(1)
  })

  test('five at a time with the same key make one instance', async () => {
    const publication = { name: 'ordered', correlationKey: 'K-2' }
    expect(await together(5, '/messages/publication', publication)).toEqual([200, 200, 200, 200, 200])
    await eventually(async () => (await instances('ACTIVE')).length, 1)
    // Others with that key do not start anything while it is active, one with another key does.
    await runs.publish('ordered', 'K-2')
    await runs.publish('ordered', 'K-3')
    await eventually(async () => (await instances('ACTIVE')).length, 2)
    for (const { processInstanceKey } of await instances('ACTIVE'))
      await runs.complete(String(processInstanceKey), 'work')
    await runs.advance(1_000)
    await runs.publish('ordered', 'K-2')
    await eventually(async () => (await instances('ACTIVE')).length, 1)
    expect(await instances()).toHaveLength(4)
  })
})

describe('P31 moves at the same time', () => {
  beforeAll(() =>
    runs.deploy(
      'p31.bpmn',
      bpmn(
        message('paid', '=order_id'),
        process(
          'p31',
          ...[start('start'), task('work'), catching('payment', on.message('paid')), end('end'), end('late')],
          boundary('too_late', 'work', on.duration('PT1M')),
          ...['start -> work -> payment -> end', 'too_late -> late'],
        ),
      ),
    ),
  )
  const jobOf = async (run: string): Promise<string> => {
    const [job] = await runs.items('/jobs/search', { processInstanceKey: run })
    return String(job?.jobKey)
  }

  test('of one job: one wins, the others are refused', async () => {
    const run = await runs.start('p31', { order_id: 'a' })
    const statuses = await together(10, `/jobs/${await jobOf(run)}/completion`, { variables: {} })
    expect(statuses).toEqual([204, ...Array<number>(9).fill(404)])
    expect(await runs.path(run)).toEqual(['start', 'work'])
    await runs.waitsAt(run, 'payment')
  })

  test.each([1, 2, 3, 4, 5])(
    'a message that several correlate meets one instance once, and one is told (%i)',
    async (round) => {
      const correlationKey = `round ${round}`
      const run = await runs.start('p31', { order_id: correlationKey })
      // The instance begins to wait at the same time as somebody looks for it.
      await runs.complete(run, 'work')
      const statuses = await together(6, '/messages/correlation', { name: 'paid', correlationKey })
      expect(statuses).toEqual([200, ...Array<number>(5).fill(404)])
      await runs.ended(run)
      expect((await runs.path(run)).filter((element) => element === 'payment')).toHaveLength(1)
    },
  )

  test('a cancellation: one wins', async () => {
    const run = await runs.start('p31', { order_id: 'c' })
    const statuses = await together(4, `/process-instances/${run}/cancellation`)
    expect(statuses).toEqual([204, 404, 404, 404])
  })

  test('a completion and a timer: whichever comes first in the log has won, and the other is refused', async () => {
    const run = await runs.start('p31', { order_id: 'd' })
    const job = await jobOf(run)
    const [, completion] = await Promise.all([
      runs.advance(60_000),
      runs.post(`/jobs/${job}/completion`, { variables: {} }),
    ])
    const path = async () => (await runs.path(run)).filter((element) => element !== 'start')
    if (completion.status === 204) expect(await path()).toEqual(['work'])
    else await eventually(path, ['too_late', 'late'])
    expect([204, 404]).toContain(completion.status)
  })

  test('leave nothing open when an instance is complete', async () => {
    const run = await runs.start('p31', { order_id: 'e' })
    await runs.complete(run, 'work')
    await runs.publish('paid', 'e')
    await runs.ended(run)
    expect(await runs.items('/jobs/search', { processInstanceKey: run })).toEqual([])
    expect(await runs.active(run)).toEqual([])
    expect((await runs.post('/messages/correlation', { name: 'paid', correlationKey: 'e' })).status).toBe(404)
    const before = await runs.events(run)
    await runs.advance(3_600_000)
    expect(await runs.events(run)).toEqual(before)
    expect((await runs.post(`/process-instances/${run}/cancellation`)).status).toBe(404)
    expect((await runs.put(`/element-instances/${run}/variables`, { variables: { a: 1 } })).status).toBe(404)
  })
})

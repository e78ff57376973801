/** A job gives a loop its items while it runs: by HTTP, and from a handler in the node, which another node can follow. */
import type { JsonObject } from '@braid/core/base/json.ts'
import { limits } from '@braid/core/base/limits.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ActivatedJob, JobContext } from '../../server/src/execution/execution.ts'
import { type Api, createApi, eventually } from '../support/api.ts'
import { processXml, serviceTask } from '../support/process-xml.ts'
import { createTestServer, startNode, type TestServer } from '../support/server.ts'

const streamed = (id: string): string => {
  const work = serviceTask(`${id}-work`).replace(
    '</serviceTask>',
    `<multiInstanceLoopCharacteristics><extensionElements>
      <braid:stream xmlns:braid="urn:braid:bpmn:1.0" type="${id}-items" />
      <zeebe:taskHeaders><zeebe:header key="of" value="stream" /></zeebe:taskHeaders>
      <zeebe:loopCharacteristics inputElement="item" outputCollection="results" outputElement="=result" />
      </extensionElements></multiInstanceLoopCharacteristics></serviceTask>`,
  )
  return processXml(
    id,
    `<startEvent id="s" />${work}<endEvent id="e" />`,
    `s -> ${id}-work`,
    `${id}-work -> e`,
  )
}

const numbers = (count: number, from = 0): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + index)

/** Gives numbers from where the loop is, in uneven parts. */
const giveNumbers =
  (count: number) =>
  async (job: ActivatedJob, { addItems }: JobContext): Promise<undefined> => {
    for (let at = job.itemsTaken ?? 0; at < count; at += 333)
      await addItems(at, numbers(Math.min(333, count - at), at))
  }

const double = async ({ variables }: ActivatedJob): Promise<JsonObject> => ({
  result: Number(variables.item) * 2,
})

describe('a loop whose items a job gives', () => {
  let server: TestServer
  let api: Api

  beforeAll(async () => {
    server = await createTestServer()
    api = createApi(server, '/api/v1')
  })
  afterAll(() => server?.stop())

  const resultsOf = async (key: string): Promise<unknown> => {
    const [found] = await api.items('/variables/search?truncateValues=false', {
      processInstanceKey: key,
      name: 'results',
    })
    return found === undefined ? undefined : JSON.parse(found.value as string)
  }
  const activate = async (type: string, max = 1) => {
    const request = { type, worker: 'w', timeout: 60_000, maxJobsToActivate: max, requestTimeout: 5_000 }
    return (await api.post('/jobs/activation', request)).body.jobs as (JsonObject & { jobKey: string })[]
  }

  test('takes them by HTTP, each once, and says when it is full', async () => {
    await api.deploy('remote.bpmn', streamed('remote'))
    const key = await api.start('remote')
    const [job] = await activate('remote-items')
    expect(job).toMatchObject({ itemsTaken: 0, customHeaders: { of: 'stream' } })
    const give = (offset: number, items: readonly unknown[]) =>
      api.post(`/jobs/${job?.jobKey}/items`, { offset, items })
    expect((await give(0, ['a', 'b'])).status).toBe(204)
    expect((await give(0, ['a', 'b'])).status).toBe(204)
    expect(await give(5, ['f'])).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
    expect((await give(1, ['b', ...numbers(limits.openRuns - 2)])).status).toBe(204)
    const full = await fetch(`${server.url}/api/v1/jobs/${job?.jobKey}/items`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ offset: limits.openRuns, items: ['last'] }),
    })
    expect(full.status).toBe(429)
    expect(full.headers.get('retry-after')).toBe('1')
    expect(await full.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' })
    const runs = await activate('remote-work', limits.openRuns)
    expect(runs).toHaveLength(limits.openRuns)
    const [first, ...others] = runs
    await api.post(`/jobs/${first?.jobKey}/completion`, { variables: { result: 1 } })
    expect((await give(limits.openRuns, ['last'])).status).toBe(204)

    // A worker that fails is told how far the loop has come.
    await api.post(`/jobs/${job?.jobKey}/failure`, { retries: 1 })
    const [again] = await activate('remote-items')
    expect(again).toMatchObject({ jobKey: job?.jobKey, itemsTaken: limits.openRuns + 1 })
    expect((await api.post(`/jobs/${job?.jobKey}/completion`)).status).toBe(204)
    expect(await give(0, ['a'])).toMatchObject({ status: 404 })
    const [last] = await activate('remote-work')
    const completions = [...others, last].map((run) => ({ jobKey: run?.jobKey, variables: { result: 1 } }))
    await api.post('/jobs/completions', { completions })
    await eventually(() => api.stateOf(key), 'COMPLETED')
  })

  test('refuses items for a job that is not one of a loop', async () => {
    const xml = processXml('plain', `<startEvent id="s" />${serviceTask('plain-work')}`, 's -> plain-work')
    await api.deploy('plain.bpmn', xml)
    await api.start('plain')
    const jobKey = await api.takeJob('plain-work')
    expect(await api.post(`/jobs/${jobKey}/items`, { offset: 0, items: [1] })).toMatchObject({ status: 400 })
    expect(await api.post(`/jobs/${jobKey}/items`, { offset: 0, items: [] })).toMatchObject({ status: 400 })
  })

  test('makes a handler wait while it is full, and keeps the order of the items', async () => {
    const count = 2 * limits.openRuns + 500
    await api.deploy('local.bpmn', streamed('local'))
    server.execution.handle('local-items', giveNumbers(count))
    const key = await api.start('local')
    await eventually(async () => (await activate('local-work', 1)).length, 1)
    server.execution.handle('local-work', double)
    // The one that was taken above is lost with its worker.
    const [lost] = await api.items('/jobs/search', { type: 'local-work', worker: 'w' })
    await api.post(`/jobs/${lost?.jobKey}/failure`, { retries: 1 })
    await eventually(() => api.stateOf(key), 'COMPLETED')
    expect(await resultsOf(key)).toEqual(numbers(count).map((n) => n * 2))
  }, 60_000)

  test('tells a handler that waits when its job is gone', async () => {
    await api.deploy('gone.bpmn', streamed('gone'))
    const { promise, resolve } = Promise.withResolvers<unknown>()
    server.execution.handle('gone-items', async (job, context) => {
      await giveNumbers(limits.openRuns + 1)(job, context).catch(resolve)
      return undefined
    })
    const key = await api.start('gone')
    await eventually(async () => (await api.items('/jobs/search', { type: 'gone-work' })).length, 100)
    await api.post(`/process-instances/${key}/cancellation`)
    expect(await promise).toMatchObject({ name: 'AbortError' })
  })

  test('goes on where it was when another node takes the producer over', async () => {
    await api.deploy('taken.bpmn', streamed('taken'))
    const half = Promise.withResolvers<void>()
    const dying = await startNode(server.databaseUrl)
    dying.execution.handle('taken-items', async (_job, { addItems, signal }) => {
      await addItems(0, numbers(50))
      half.resolve()
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })
    const created = await createApi({ url: dying.url, apiKey: dying.apiKey }, '/api/v1').start('taken')
    await half.promise
    await dying.stop()
    const offered: unknown[] = []
    server.execution.handle('taken-work', double)
    server.execution.handle('taken-items', async (job, context) => {
      offered.push(job.itemsTaken)
      // As one that knows nothing of what was given before.
      await context.addItems(0, numbers(120))
      return undefined
    })
    await eventually(() => api.stateOf(created), 'COMPLETED')
    expect(offered).toEqual([50])
    expect(await resultsOf(created)).toEqual(numbers(120).map((n) => n * 2))
  }, 60_000)
})

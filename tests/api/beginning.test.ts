/** What execution offers to those who start instances in the node: where they begin, and under which key. */
import type { Key } from '@braid/core/base/key.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../support/api.ts'
import { processXml, serviceTask } from '../support/process-xml.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

const steps = processXml(
  'steps',
  `<startEvent id="s" />${serviceTask('one')}${serviceTask('two')}`,
  's -> one',
  'one -> two',
)

describe('an instance that is created in the node', () => {
  let server: TestServer
  let api: Api
  let definitionKey: Key

  beforeAll(async () => {
    server = await createTestServer()
    api = createApi(server)
    definitionKey = Number(await api.deploy('steps.bpmn', steps)) as Key
  })
  afterAll(() => server?.stop())

  const create = (more: Partial<Parameters<TestServer['execution']['createInstance']>[0]>) =>
    server.execution.createInstance({ definitionKey, variables: {}, ...more })

  test('begins where it is told to, and its log says so', async () => {
    const begin = { elements: [{ element: 'two', variables: { input: 'edited' } }], flows: [] }
    const created = await create({ begin })
    if (!created.ok) throw new Error(created.error.message)
    const key = String(created.value.instanceKey)
    await eventually(() => api.active(key), ['two'])
    const log = await createApi(server, '/api/v1').get(`/process-instances/${key}/events`)
    expect(JSON.stringify(log.body)).toContain('"begin":{"elements":[{"element":"two"')
    const [job] = await server.execution.activateJobs({
      jobType: 'two',
      worker: 'w',
      max: 1,
      leaseMs: 1_000,
      longPollMs: 0,
    })
    expect(job?.variables).toEqual({ input: 'edited' })
  })

  test('is refused where nothing can begin', async () => {
    expect(await create({ begin: { elements: [], flows: ['nowhere'] } })).toMatchObject({
      ok: false,
      error: { kind: 'invalid', details: [{ path: 'begin.flows[0]' }] },
    })
  })

  test('has the key that was chosen for it, once', async () => {
    const instanceKey = await server.execution.nextKey()
    expect(await create({ instanceKey })).toEqual({ ok: true, value: { instanceKey } })
    expect(await create({ instanceKey })).toMatchObject({ ok: false, error: { kind: 'conflict' } })
  })

  test('keeps others with its start key away while it lives', async () => {
    const first = await create({ startKey: 'nightly' })
    expect(first.ok).toBe(true)
    expect(await create({ startKey: 'nightly' })).toMatchObject({ ok: false, error: { kind: 'conflict' } })
    if (first.ok) await server.execution.submit(first.value.instanceKey, { type: 'cancel-instance' })
    expect((await create({ startKey: 'nightly' })).ok).toBe(true)
  })
})

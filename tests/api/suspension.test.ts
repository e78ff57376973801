/** Suspending and resuming process instances through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../support/api.ts'
import { processXml, serviceTask } from '../support/process-xml.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let api: Api
beforeAll(async () => {
  server = await createTestServer({ controlledClock: true })
  api = createApi(server)
  const timer = `<boundaryEvent id="late" attachedToRef="work"><timerEventDefinition><timeDuration>PT1H</timeDuration>
    </timerEventDefinition></boundaryEvent>`
  await api.deploy(
    'w.bpmn',
    processXml(
      'w',
      `<startEvent id="s" />${serviceTask('work')}${timer}<userTask id="look">
    <extensionElements><zeebe:userTask /></extensionElements></userTask>`,
      's -> work',
      'late -> look',
    ),
  )
})
afterAll(() => server?.stop())

const suspend = (key: string) => api.post(`/process-instances/${key}/suspension`)
const resume = (key: string) => api.post(`/process-instances/${key}/resumption`)

describe('suspension', () => {
  test('takes the jobs off the market, and refuses results until the instance is resumed', async () => {
    const key = await api.start('w')
    const job = await api.takeJob('work')
    expect((await suspend(key)).status).toBe(204)
    expect(await api.stateOf(key)).toBe('SUSPENDED')
    expect(await api.items('/process-instances/search', { state: 'SUSPENDED' })).toMatchObject([
      { processInstanceKey: key },
    ])
    expect(await api.items('/jobs/search', { processInstanceKey: key })).toEqual([])
    expect(await api.post(`/jobs/${job}/completion`)).toMatchObject({
      status: 409,
      body: { code: 'INVALID_STATE', detail: `process instance ${key} is suspended: resume it first` },
    })
    expect((await suspend(key)).status).toBe(409)
    expect((await api.put(`/element-instances/${key}/variables`, { variables: { a: 1 } })).status).toBe(204)
    expect((await resume(key)).status).toBe(204)
    expect((await resume(key)).status).toBe(409)
    expect(await api.takeJob('work')).toBe(job)
    expect((await api.post(`/jobs/${job}/completion`)).status).toBe(204)
    await eventually(() => api.stateOf(key), 'COMPLETED')
  })

  test('lets timers wait, and fires what came due at once when it ends', async () => {
    const key = await api.start('w')
    await suspend(key)
    const later = Date.now() + 2 * 3_600_000
    const pinned = await api.put('/clock', { timestamp: later })
    expect(pinned.status).toBe(204)
    expect(await api.active(key)).toEqual(['work'])
    await resume(key)
    await eventually(() => api.active(key), ['look'])
    await suspend(key)
    const [task] = await api.items('/user-tasks/search', { processInstanceKey: key })
    const completion = `/user-tasks/${String(task?.userTaskKey)}/completion`
    expect((await api.post(completion)).status).toBe(409)
    await resume(key)
    expect((await api.post(completion)).status).toBe(204)
  })

  test('gives jobs of a handler of this node to it again', async () => {
    let runs = 0
    const gate = Promise.withResolvers<void>()
    server.execution.handle('work', async () => {
      runs += 1
      if (runs === 1) await gate.promise
      return { runs }
    })
    const key = await api.start('w')
    await eventually(async () => runs, 1)
    await suspend(key)
    gate.resolve()
    await resume(key)
    await eventually(() => api.stateOf(key), 'COMPLETED')
    expect(runs).toBe(2)
  })

  test('answers what it needs when it is asked for something else', async () => {
    expect((await suspend('9007199254740991')).status).toBe(404)
    expect((await suspend('x')).body).toMatchObject({ code: 'INVALID_REQUEST' })
    const ended = await api.start('w')
    await api.post(`/process-instances/${ended}/cancellation`)
    expect((await suspend(ended)).status).toBe(404)
  })
})

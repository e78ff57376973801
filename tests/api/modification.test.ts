/** Moving tokens of process instances by hand, through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../support/api.ts'
import { processXml, serviceTask } from '../support/process-xml.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let api: Api
beforeAll(async () => {
  server = await createTestServer()
  api = createApi(server)
  const sub = `<subProcess id="sub"><startEvent id="x" />${serviceTask('deep')}<sequenceFlow id="xd" sourceRef="x"
    targetRef="deep" /></subProcess>`
  await api.deploy(
    'm.bpmn',
    processXml('m', `<startEvent id="s" />${serviceTask('work')}${sub}`, 's -> work', 'work -> sub'),
  )
  const adHoc = `<adHocSubProcess id="room">${serviceTask('sweep')}${serviceTask('dust')}</adHocSubProcess>`
  await api.deploy('room.bpmn', processXml('room-process', `<startEvent id="s" />${adHoc}`, 's -> room'))
})
afterAll(() => server?.stop())

const modify = (key: string, body: object) => api.post(`/process-instances/${key}/modification`, body)

describe('modification', () => {
  test('activates, moves and terminates, with variables', async () => {
    const key = await api.start('m')
    const variableInstructions = [{ variables: { all: 1 } }, { scopeId: 'deep', variables: { own: 2 } }]
    const moved = await modify(key, {
      moveInstructions: [
        {
          sourceElementInstruction: { sourceType: 'byId', sourceElementId: 'work' },
          targetElementId: 'deep',
          ancestorScopeInstruction: { ancestorScopeType: 'inferred' },
          variableInstructions,
        },
      ],
    })
    expect(moved.status).toBe(204)
    expect(await api.active(key)).toEqual(['deep', 'sub'])
    expect(await api.items('/variables/search', { processInstanceKey: key, scopeKey: key })).toMatchObject([
      { name: 'all', value: '1' },
    ])
    const job = await api.takeJob('deep')
    expect(await api.items('/jobs/search', { jobKey: job })).toMatchObject([{ processInstanceKey: key }])
    const again = { elementId: 'work', ancestorElementInstanceKey: '-1' }
    expect(
      (await modify(key, { activateInstructions: [again], terminateInstructions: [{ elementId: 'sub' }] }))
        .status,
    ).toBe(204)
    expect(await api.active(key)).toEqual(['work'])
    const [work] = await api.items('/element-instances/search', {
      processInstanceKey: key,
      elementId: 'work',
      state: 'ACTIVE',
    })
    const last = { terminateInstructions: [{ elementInstanceKey: work?.elementInstanceKey }] }
    expect((await modify(key, last)).status).toBe(204)
    expect(await api.stateOf(key)).toBe('TERMINATED')
  })

  test('says what is wrong, and changes nothing', async () => {
    const key = await api.start('m')
    const refused = async (body: object, status: number, detail: string) =>
      expect(await modify(key, body)).toMatchObject({
        status,
        body: { detail: expect.stringContaining(detail) },
      })
    await refused({}, 400, 'expected at least one instruction')
    await refused({ activateInstructions: [{ elementId: 'none' }] }, 400, `but it was 'none'`)
    await refused(
      { terminateInstructions: [{ elementInstanceKey: '5' }] },
      404,
      'no living element instance 5',
    )
    await refused({ terminateInstructions: [{}] }, 400, 'expected')
    await refused({ moveInstructions: [{ targetElementId: 'work' }] }, 400, 'expected')
    await api.post(`/process-instances/${key}/suspension`)
    await refused({ activateInstructions: [{ elementId: 'work' }] }, 409, 'resume it first')
    expect(await api.active(key)).toEqual(['work'])
    expect((await modify('9007199254740991', { activateInstructions: [{ elementId: 'work' }] })).status).toBe(
      404,
    )
  })

  test('of many, with the error of each that it was not possible for', async () => {
    const keys = await Promise.all([1, 2, 3].map(() => api.start('m', { many: true })))
    await modify(keys[0] ?? '', { moveInstructions: [{ sourceElementId: 'work', targetElementId: 'sub' }] })
    const { body } = await api.post('/process-instances/modification', {
      filter: { variables: [{ name: 'many', value: 'true' }] },
      moveInstructions: [{ sourceElementId: 'work', targetElementId: 'deep' }],
    })
    const batch = async () => (await api.get(`/batch-operations/${String(body.batchOperationKey)}`)).body
    const counts = { operationsTotalCount: 3, operationsCompletedCount: 2, operationsFailedCount: 1 }
    await eventually(batch, expect.objectContaining({ state: 'COMPLETED', ...counts }))
    const failed = { batchOperationKey: body.batchOperationKey, state: 'FAILED' }
    expect(await api.items('/batch-operation-items/search', failed)).toMatchObject([
      { processInstanceKey: keys[0], errorMessage: `no instance of 'work' is alive` },
    ])
  })
})

test('activities of an ad-hoc sub-process are activated', async () => {
  const key = await api.start('room-process')
  expect(await api.active(key)).toEqual(['dust', 'room', 'sweep'])
  const [room] = await api.items('/element-instances/search', { processInstanceKey: key, elementId: 'room' })
  const path = `/element-instances/ad-hoc-activities/${String(room?.elementInstanceKey)}/activation`
  const elements = [{ elementId: 'sweep', variables: { again: true } }]
  expect((await api.post(path, { elements, cancelRemainingInstances: true })).status).toBe(204)
  expect(await api.active(key)).toEqual(['room', 'sweep'])
  expect((await api.post(path, { elements: [{ elementId: 's' }] })).body).toMatchObject({
    code: 'INVALID_REQUEST',
  })
  expect((await api.post(path, { elements: [] })).status).toBe(400)
})

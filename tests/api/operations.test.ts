import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@braid/contract/client.ts'
import type { ProcessDefinition } from '@braid/contract/process-definition.ts'
import { failure, success } from '@braid/core/base/result.ts'
import type { Program } from '@braid/core/model/program.ts'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  adminKey,
  aKey,
  asAdmin,
  createFakeServer,
  emptyReads,
  type FakeServer,
  idleExecution,
} from './fake-server.ts'

let server: FakeServer | undefined
afterEach(() => server?.app.close())

const definition: ProcessDefinition = {
  processDefinitionKey: '3',
  processDefinitionId: 'order',
  resourceName: 'order.bpmn',
  version: 2,
  tenantId: '<default>',
  hasStartForm: false,
}
const known = async (key: number) => (key === 3 ? definition : undefined)
const reads = {
  ...emptyReads,
  getProcessDefinition: known,
  getStartableDefinition: known,
}
const findDefinition = async () => aKey(3)

const start = (payload: object) =>
  server?.app.inject({ method: 'POST', url: '/v2/process-instances', headers: asAdmin, payload })

describe('starting a process instance', () => {
  test('takes the latest version by id and answers its keys as strings', async () => {
    const createInstance = vi.fn(idleExecution.createInstance)
    server = await createFakeServer({
      reads,
      findDefinition,
      execution: { ...idleExecution, createInstance },
    })
    const response = await start({ processDefinitionId: 'order', variables: { a: 1 }, businessId: 'B-1' })
    expect(response?.json()).toEqual({
      processInstanceKey: '7',
      processDefinitionKey: '3',
      processDefinitionId: 'order',
      processDefinitionVersion: 2,
      variables: {},
      tenantId: '<default>',
    })
    expect(createInstance).toHaveBeenCalledWith({ definitionKey: 3, variables: { a: 1 }, businessId: 'B-1' })
  })

  test('is 404 for a definition that does not exist', async () => {
    server = await createFakeServer({ reads })
    expect((await start({ processDefinitionId: 'nothing' }))?.statusCode).toBe(404)
    expect((await start({ processDefinitionKey: '4' }))?.statusCode).toBe(404)
    expect((await start({ processDefinitionId: 'order', processDefinitionVersion: 9 }))?.statusCode).toBe(404)
  })

  test('waits for the end when asked to, and fetches what was asked for', async () => {
    const variables = { total: 3, secret: 'x' }
    const awaitEnd = vi.fn(async () => ({
      key: aKey(7),
      status: 'completed' as const,
      version: 5,
      variables,
    }))
    server = await createFakeServer({ reads, findDefinition, execution: { ...idleExecution, awaitEnd } })
    const payload = { processDefinitionId: 'order', awaitCompletion: true, requestTimeout: 5_000 }
    expect((await start(payload))?.json()).toMatchObject({ variables })
    expect((await start({ ...payload, fetchVariables: ['total'] }))?.json()).toMatchObject({
      variables: { total: 3 },
    })
    expect(awaitEnd).toHaveBeenCalledWith(7, 5_000, expect.any(AbortSignal))
  })

  test('tells the key of the instance that goes on after the time to wait', async () => {
    server = await createFakeServer({ reads, findDefinition })
    const response = await start({ processDefinitionId: 'order', awaitCompletion: true })
    expect(response?.statusCode).toBe(504)
    expect(response?.json()).toMatchObject({ code: 'COMPLETION_TIMEOUT', processInstanceKey: '7' })
  })

  test('is audited with who did it and what it made', async () => {
    server = await createFakeServer({ reads, findDefinition })
    await start({ processDefinitionId: 'order' })
    await server.app.close()
    expect(server.access.audited).toEqual([
      expect.objectContaining({
        operation: 'createProcessInstance',
        target: '7',
        actor: 'BRAID_ADMIN_API_KEY',
      }),
    ])
  })
})

const program = (processId: string): Program => ({ format: 2, processId, nodes: [], flows: [] })
const compiled = (processId: string) => async () => success({ programs: [program(processId)], warnings: [] })

function filesForm(files: readonly (readonly [string, string | Uint8Array<ArrayBuffer>])[]): FormData {
  const form = new FormData()
  for (const [name, content] of files) form.append('resources', new Blob([content]), name)
  return form
}

async function deployTo(base: string, files: Parameters<typeof filesForm>[0]): Promise<Response> {
  return fetch(`${base}/api/v1/deployments`, { method: 'POST', headers: asAdmin, body: filesForm(files) })
}

const listening = async (overrides: Parameters<typeof createFakeServer>[0]): Promise<string> => {
  server = await createFakeServer(overrides)
  return server.app.listen({ port: 0, host: '127.0.0.1' })
}

describe('a deployment', () => {
  test('stores processes and forms together', async () => {
    const deploy = vi.fn(async () => ({
      deploymentKey: aKey(1),
      processes: [
        {
          processDefinitionKey: aKey(3),
          processDefinitionId: 'order',
          version: 1,
          resourceName: 'order.bpmn',
        },
      ],
      forms: [{ formKey: aKey(4), formId: 'pay', version: 1, resourceName: 'pay.form' }],
      decisions: [],
    }))
    const base = await listening({ deploy, compile: compiled('order') })
    const client = createClient({ baseUrl: `${base}/api/v1`, apiKey: adminKey })
    const answer = await client.createDeployment({
      body: {
        resources: [
          { name: 'order.bpmn', content: '<definitions name="Ünïcode"/>' },
          { name: 'pay.form', content: '{"id":"pay","components":[]}' },
        ],
      },
    })
    expect(answer.deployments).toEqual([
      {
        processDefinition: {
          processDefinitionId: 'order',
          processDefinitionVersion: 1,
          processDefinitionKey: '3',
          resourceName: 'order.bpmn',
          tenantId: '<default>',
        },
      },
      { form: { formId: 'pay', version: 1, formKey: '4', resourceName: 'pay.form', tenantId: '<default>' } },
    ])
    expect(deploy).toHaveBeenCalledWith({
      decisions: [],
      at: 0,
      processes: [
        { resourceName: 'order.bpmn', xml: '<definitions name="Ünïcode"/>', program: program('order') },
      ],
      forms: [{ resourceName: 'pay.form', formId: 'pay', schema: { id: 'pay', components: [] } }],
    })
  })

  test('with a flaw in any file stores nothing and lists the findings', async () => {
    const deploy = vi.fn()
    const finding = {
      severity: 'error',
      code: 'DUPLICATE_ID',
      message: 'twice',
      elementId: 'a',
      line: 3,
    } as const
    const base = await listening({ deploy, compile: async () => failure([finding]) })
    const response = await deployTo(base, [
      ['order.bpmn', '<x/>'],
      ['bad.form', '{"id":5}'],
      ['readme.txt', 'hello'],
    ])
    expect(response.status).toBe(422)
    const found = (await response.json()) as { code: string; findings: { code: string }[] }
    expect(found.code).toBe('INVALID_DEFINITION')
    expect(found.findings.map(({ code }) => code)).toEqual([
      'DUPLICATE_ID',
      'FORM_WITHOUT_ID',
      'UNKNOWN_FILE_TYPE',
    ])
    expect(found.findings[0]).toEqual({ ...finding, resourceName: 'order.bpmn' })
    expect(deploy).not.toHaveBeenCalled()
  })

  test.each([
    [
      'the same process twice',
      [
        ['a.bpmn', '<x/>'],
        ['b.bpmn', '<x/>'],
      ],
      422,
      'already in another file',
    ],
    ['a file that is not UTF-8', [['a.bpmn', new Uint8Array([0x3c, 0xff, 0xfe])]], 422, 'UTF-8'],
    ['no file', [], 400, 'body.resources'],
    ['a file beyond the limit', [['a.bpmn', 'x'.repeat(9_000_000)]], 413, 'smaller'],
    [
      'a form nested too deep',
      [['a.form', `{"id":"a","x":${'['.repeat(100)}${']'.repeat(100)}}`]],
      422,
      'nesting',
    ],
  ] as const)('with %s is refused', async (_, files, status, detail) => {
    const base = await listening({ compile: compiled('order') })
    const response = await deployTo(base, files)
    expect(response.status).toBe(status)
    expect(((await response.json()) as { detail: string }).detail).toContain(detail)
  })
})

describe('the clock', () => {
  const pin = () =>
    server?.app.inject({ method: 'PUT', url: '/v2/clock', headers: asAdmin, payload: { timestamp: 1_000 } })

  test('is out of reach unless it is under control', async () => {
    server = await createFakeServer()
    expect((await pin())?.statusCode).toBe(403)
  })

  test('is pinned and reset when it is', async () => {
    const controlledClock = { pin: vi.fn(), reset: vi.fn() }
    server = await createFakeServer({ controlledClock })
    expect((await pin())?.statusCode).toBe(204)
    const headers = { ...asAdmin, 'content-type': 'application/json' }
    const reset = await server.app.inject({ method: 'POST', url: '/v2/clock/reset', headers })
    expect(reset.statusCode).toBe(204)
    expect(controlledClock.pin).toHaveBeenCalledWith(1_000)
    expect(controlledClock.reset).toHaveBeenCalledOnce()
  })
})

describe('the web app', () => {
  test('is served by exact file name, with its page for every address', async () => {
    const root = await mkdtemp(join(tmpdir(), 'braid-web-'))
    await mkdir(join(root, 'assets'))
    await writeFile(join(root, 'index.html'), '<!doctype html><title>Braid</title>')
    await writeFile(join(root, 'assets', 'app-1234.js'), 'export {}')
    server = await createFakeServer({ webRoot: root })
    const { app } = server
    const html = { accept: 'text/html,*/*' }
    for (const url of ['/', '/runs/225', '/sign-in', '/processes/my.process']) {
      const page = await app.inject({ url, headers: html })
      expect(page.statusCode, url).toBe(200)
      expect(page.headers['content-type']).toContain('text/html')
      expect(page.headers['cache-control']).toBe('no-cache')
      expect(page.headers['content-security-policy']).toContain("script-src 'self'")
    }
    const asset = await app.inject('/assets/app-1234.js')
    expect(asset.headers['cache-control']).toContain('immutable')
    expect(asset.headers['content-type']).toContain('javascript')
    const tricks = ['/assets/other.js', '/..%2f..%2fetc/passwd', '//etc', '/api/nothing', '/API']
    for (const url of tricks) {
      const response = await app.inject({ url, headers: html })
      expect(response.statusCode, url).toBe(404)
      expect(response.headers['content-type'], url).toContain('application/problem+json')
    }
    expect((await app.inject({ url: '/runs/225', headers: { accept: 'application/json' } })).statusCode).toBe(
      404,
    )
    await rm(root, { recursive: true })
  })
})

/**
 * Whatever comes in over HTTP: a 4xx problem says what was expected, the event loop of the server stays free for
 * others, and nothing of it is stored.
 */
import { problem } from '@braid/contract/problem.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as documents from './bad-documents.ts'
import { type Answer, json, type ProbedServer, type Stall, startProbedServer } from './probed-server.ts'

/** The bar: a server that computes longer at a stretch keeps everybody else waiting. */
const longestStallMs = 200

let server: ProbedServer
const stalls: string[] = []

beforeAll(async () => {
  server = await startProbedServer()
  await prepare()
  // The first requests compile code; what they cost is not the input's fault.
  await send('/jobs/activation', '{}')
  await deploy('warm.bpmn', documents.documentOf(''))
})
afterAll(async () => {
  console.log(`longest stalls, the thread's own computing / wall clock:\n${stalls.join('\n')}`)
  await server.stop()
})

const send: ProbedServer['send'] = (...parameters) => server.send(...parameters)
const deploy = (name: string, content: string | Uint8Array<ArrayBuffer>): Promise<Answer> =>
  server.deploy({ [name]: content })

function note(name: string, { busyMs, wallMs }: Stall): void {
  stalls.push(`${String(busyMs).padStart(5)} / ${String(wallMs).padStart(5)} ms  ${name}`)
}

/** Things in a state that forbids what the cases ask for. */
const made = { endedInstance: '', endedTask: '', definitionKey: '' }

async function prepare(): Promise<void> {
  const content = documents.shortProcess
  const { deployments } = await server.client.createDeployment({
    body: { resources: [{ name: 'short.bpmn', content }] },
  })
  const [first] = deployments
  if (first !== undefined && 'processDefinition' in first) {
    made.definitionKey = first.processDefinition.processDefinitionKey
  }
  const body = { processDefinitionId: 'short' }
  made.endedInstance = (await server.client.createProcessInstance({ body })).processInstanceKey
  for (;;) {
    const { items } = await server.client.searchUserTasks({
      body: { filter: { processInstanceKey: made.endedInstance } },
    })
    const [task] = items
    if (task === undefined) continue
    made.endedTask = task.userTaskKey
    await server.client.completeUserTask({ params: { userTaskKey: task.userTaskKey } })
    break
  }
  await server.client.publishMessage({
    body: { name: 'once', correlationKey: 'k', messageId: 'taken', timeToLive: 3_600_000 },
  })
}

type Case = readonly [
  name: string,
  ask: () => Promise<Answer>,
  status: number | readonly number[],
  detail: RegExp,
]

const megabytes = (count: number): number => count * 1024 * 1024
const create = (body: unknown): Promise<Answer> => send('/process-instances', JSON.stringify(body))
/** Written by hand, for what JSON.stringify can't write. */
const createWith = (variables: string): Promise<Answer> =>
  send('/process-instances', `{"processDefinitionId":"unknown","variables":${variables}}`)
const bytes = (...values: readonly number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values)
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

const definitions: readonly Case[] = [
  ['no XML', () => deploy('a.bpmn', 'hello'), 422, /expected/i],
  ['an empty file', () => deploy('a.bpmn', ''), [400, 422], /expected/i],
  [
    'XML that breaks off',
    () => deploy('a.bpmn', documents.documentOf('<bpmn:process id="p">').slice(0, -20)),
    422,
    /expected|closed|end/i,
  ],
  ['XML of something else', () => deploy('a.bpmn', '<html><body/></html>'), 422, /expected/i],
  [
    'a DOCTYPE with entities that double',
    () => deploy('a.bpmn', documents.entityBomb),
    422,
    /expected no document type/,
  ],
  [
    'a DOCTYPE that names a file',
    () => deploy('a.bpmn', documents.externalEntity),
    422,
    /expected no document type/,
  ],
  ['50,000 tasks', () => deploy('a.bpmn', documents.manyTasks(50_000)), 422, /expected at most [\d,]+/i],
  [
    '50,000 tasks in a chain',
    () => deploy('a.bpmn', documents.manyLinkedTasks(50_000)),
    [413, 422],
    /expected/i,
  ],
  [
    '9,000 tasks in a chain, then a dangling flow',
    () => deploy('a.bpmn', documents.manyLinkedTasks(9_000).replace('targetRef="t8999"', 'targetRef="gone"')),
    422,
    /gone/,
  ],
  [
    '20,000 nested sub-processes',
    () => deploy('a.bpmn', documents.nestedSubProcesses(20_000)),
    422,
    /expected at most [\d,]+/i,
  ],
  ['500,000 nested elements', () => deploy('a.bpmn', documents.nestedElements(500_000)), 422, /expected/i],
  ['19,000 dangling flows', () => deploy('a.bpmn', documents.manyDanglingFlows(19_000)), 422, /x0/],
  ['19,000 equal ids', () => deploy('a.bpmn', documents.manyEqualIds(19_000)), 422, /same/],
  [
    '100,000 times the same attribute',
    () => deploy('a.bpmn', documents.equalAttributes(100_000)),
    422,
    /expected/i,
  ],
  ['50,000 namespaces', () => deploy('a.bpmn', documents.manyNamespaces(50_000)), 422, /expected/i],
  ['an id of a million characters', () => deploy('a.bpmn', documents.longId(1_000_000)), 422, /expected/i],
  [
    'an expression of 10,000 parentheses',
    () => deploy('a.bpmn', documents.expressionDocument(`=${'('.repeat(10_000)}1${')'.repeat(10_000)}`)),
    422,
    /expected/i,
  ],
  [
    'an expression of 100,000 characters',
    () => deploy('a.bpmn', documents.expressionDocument(`=1${'+1'.repeat(50_000)}`)),
    422,
    /expected/i,
  ],
  [
    'an expression that breaks off',
    () => deploy('a.bpmn', documents.expressionDocument('=if a then')),
    422,
    /expected/i,
  ],
  [
    'four megabytes of comment',
    () => deploy('a.bpmn', `<!--${'-a'.repeat(megabytes(2))}`),
    [413, 422],
    /expected/i,
  ],
  ['a file that is not UTF-8', () => deploy('a.bpmn', bytes(0xff, 0xfe, 0x3c, 0x00)), 422, /UTF-8/],
  ['a file of zeros', () => deploy('a.bpmn', new Uint8Array(100_000)), 422, /expected|not allow/i],
  ['a file of another kind', () => deploy('a.exe', 'MZ'), 422, /\.bpmn/],
  ['a form that breaks off', () => deploy('a.form', '{"id":'), 422, /expected|JSON/i],
  [
    'a form nested 10,000 deep',
    () => deploy('a.form', `{"id":"f","components":${nested(10_000)}}`),
    422,
    /expected/i,
  ],
  [
    'files in another field',
    () => server.deploy({ 'a.bpmn': documents.shortProcess }, 'files'),
    400,
    /resources/,
  ],
  [
    'a field named __proto__',
    () => server.deploy({ 'a.bpmn': documents.shortProcess }, '__proto__'),
    400,
    /field/,
  ],
  [
    'one good file and one bad',
    () => server.deploy({ 'a.bpmn': documents.shortProcess, 'b.bpmn': 'hello' }),
    422,
    /expected/i,
  ],
  [
    'the same process twice',
    () => server.deploy({ 'a.bpmn': documents.shortProcess, 'b.bpmn': documents.shortProcess }),
    422,
    /already/,
  ],
  ['no file', () => send('/deployments', undefined, { headers: {} }), 400, /expected/i],
]

const form = (text: string): Promise<Answer> =>
  send('/deployments', text, { headers: { 'content-type': 'multipart/form-data; boundary=b' } })

const bodies: readonly Case[] = [
  [
    'a form that breaks off',
    () => form('--b\r\ncontent-disposition: form-data; name="resources"; filename="a.bpmn"\r\n\r\n<a/>'),
    400,
    /expected a complete form/,
  ],
  ['a form with broken headers', () => form('--b\r\nnonsense\r\n\r\n<a/>\r\n--b--'), 400, /expected/],
  ['a form without parts', () => form('--b--\r\n'), 400, /expected/],
  [
    'a form field that says it is JSON',
    () =>
      form(
        '--b\r\ncontent-disposition: form-data; name="x"\r\ncontent-type: application/json\r\n\r\n{\r\n--b--\r\n',
      ),
    400,
    /expected/,
  ],
  [
    '200 files',
    () =>
      form(
        `${Array.from({ length: 200 }, (_, index) => `--b\r\ncontent-disposition: form-data; name="resources"; filename="${index}.bpmn"\r\n\r\n<a/>\r\n`).join('')}--b--\r\n`,
      ),
    413,
    /expected fewer/,
  ],
  [
    'JSON nested 10,000 deep',
    () => createWith(`{"a":${nested(10_000)}}`),
    400,
    /expected at most \d+ levels/,
  ],
  [
    'JSON nested two million deep',
    () => createWith(`{"a":${'['.repeat(2_000_000)}`),
    400,
    /expected at most \d+ levels/,
  ],
  ['JSON that breaks off', () => send('/process-instances', '{"processDefinitionId":'), 400, /JSON/],
  [
    'a body that is not UTF-8',
    () => send('/process-instances', bytes(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d)),
    400,
    /UTF-8/,
  ],
  ['the key __proto__', () => createWith('{"__proto__":{"admin":true}}'), 400, /__proto__/],
  ['the key __proto__, escaped', () => createWith('{"\\u005f_proto__":1}'), 400, /__proto__/],
  ['a key twice', () => createWith('{"a":1,"a":2}'), 400, /expected each key once/],
  ['a number beyond doubles', () => createWith('{"a":1e400}'), 400, /expected numbers/],
  ['an integer that would change', () => createWith('{"a":1152921504606846977}'), 400, /expected integers/],
  ['the character U+0000', () => createWith('{"a":"\\u0000"}'), 400, /expected text/],
  ['half a surrogate pair', () => createWith('{"a":"\\ud800"}'), 400, /expected text/],
  ['no body', () => send('/process-instances', undefined, { headers: {} }), 400, /expected/],
  ['an array as body', () => create([]), 400, /expected an object/],
  ['text as body', () => create('hello'), 400, /expected an object/],
  ['null as body', () => create(null), 400, /expected an object/],
  [
    'plain text',
    () => send('/process-instances', 'hello', { headers: { 'content-type': 'text/plain' } }),
    415,
    /expected the content type application\/json/,
  ],
  [
    'XML instead of JSON',
    () => send('/process-instances', '<a/>', { headers: { 'content-type': 'application/xml' } }),
    415,
    /expected the content type application\/json/,
  ],
  [
    'another character set',
    () =>
      send('/process-instances', '{}', {
        headers: { 'content-type': 'application/json; charset=utf-16' },
      }),
    415,
    /expected the content type/,
  ],
  ['JSON instead of a form', () => send('/deployments', '{}'), 415, /expected the content type multipart/],
  [
    'a form without boundary',
    () => send('/deployments', 'x', { headers: { 'content-type': 'multipart/form-data' } }),
    415,
    /expected the content type multipart/,
  ],
  [
    'four megabytes of numbers for an unknown process',
    () => createWith(`{"a":[${'1,'.repeat(megabytes(1.9))}1]}`),
    [400, 404],
    /unknown|expected/,
  ],
  [
    'four megabytes of keys for an unknown process',
    () => createWith(`{${Array.from({ length: 250_000 }, (_, index) => `"k${index}":1`).join()}}`),
    400,
    /expected at most/,
  ],
  [
    'four megabytes of escapes for an unknown process',
    () => createWith(`{"a":"${'\\u00e9'.repeat(650_000)}"}`),
    404,
    /unknown/,
  ],
  [
    '300,000 unknown fields',
    () =>
      send(
        '/process-instances',
        `{"processDefinitionId":"unknown",${Array.from({ length: 300_000 }, (_, index) => `"k${index}":1`).join()}}`,
      ),
    400,
    /unknown field|expected at most/,
  ],
]

const values: readonly Case[] = [
  [
    'an unknown field',
    () => create({ processDefinitionId: 'short', wait: true }),
    400,
    /wait: unknown field/,
  ],
  ['a number as id', () => create({ processDefinitionId: 7 }), 400, /expected string, got a number/],
  ['a number as key', () => create({ processDefinitionKey: 7 }), 400, /expected a key/],
  ['id and key', () => create({ processDefinitionId: 'short', processDefinitionKey: '1' }), 400, /either/],
  [
    'variables that are an array',
    () => create({ processDefinitionId: 'short', variables: [1] }),
    400,
    /expected a JSON object/,
  ],
  ['an id of a million characters', () => create({ processDefinitionId: 'a'.repeat(1_000_000) }), 400, /255/],
  ['an unknown process', () => create({ processDefinitionId: 'nowhere' }), 404, /nowhere/],
  [
    'an unknown version',
    () => create({ processDefinitionId: 'short', processDefinitionVersion: 99 }),
    404,
    /99/,
  ],
  [
    'a start at an unknown element',
    () => create({ processDefinitionId: 'short', startInstructions: [{ elementId: 'nowhere' }] }),
    [400, 404, 409],
    /nowhere/,
  ],
  [
    'another tenant',
    () => create({ processDefinitionId: 'short', tenantId: 'other' }),
    400,
    /expected "<default>"/,
  ],
  [
    'a huge key',
    () => send(`/process-instances/${'9'.repeat(200)}`, undefined, { method: 'GET' }),
    400,
    /expected a key/,
  ],
  [
    'a key of 10,000 digits',
    () => send(`/process-instances/${'9'.repeat(10_000)}`, undefined, { method: 'GET' }),
    [400, 404, 414],
    /too long|expected|nothing at/,
  ],
  [
    'a key beyond 2^53',
    () => send('/process-instances/9999999999999999', undefined, { method: 'GET' }),
    404,
    /9999999999999999/,
  ],
  [
    'a key that is none',
    () => send('/process-instances/1%27%20or%201=1', undefined, { method: 'GET' }),
    400,
    /expected a key/,
  ],
  [
    'an address with a broken escape',
    () => send('/process-instances/%zz', undefined, { method: 'GET' }),
    400,
    /malformed/,
  ],
  [
    'an address of 100,000 characters',
    () => send(`/process-instances/1?a=${'a'.repeat(100_000)}`, undefined, { method: 'GET' }),
    431,
    /could not be read/,
  ],
  ['an unknown operation', () => send('/process-instances/1/explode', '{}'), 404, /no such operation/],
  [
    'an unknown parameter',
    () => send(`/process-instances/${made.endedInstance}/events?from=1`, undefined, { method: 'GET' }),
    400,
    /from: unknown field/,
  ],
  [
    'a limit of a billion',
    () => send('/process-instances/search', '{"page":{"limit":1000000000}}'),
    400,
    /page\.limit: .*expected/,
  ],
  ['a negative limit', () => send('/jobs/search', '{"page":{"limit":-1}}'), 400, /page\.limit: .*expected/],
  [
    'a cursor that is none',
    () => send('/process-instances/search', '{"page":{"after":"@@"}}'),
    400,
    /cursor|after/,
  ],
  [
    'sorting by an unknown field',
    () => send('/incidents/search', '{"sort":[{"field":"nowhere"}]}'),
    400,
    /sort\[0\]\.field: expected/,
  ],
  [
    'an unknown filter',
    () => send('/user-tasks/search', '{"filter":{"nowhere":1}}'),
    400,
    /nowhere: unknown field/,
  ],
  [
    'a filter of another type',
    () => send('/process-instances/search', '{"filter":{"startDate":"yesterday"}}'),
    400,
    /expected/,
  ],
  [
    'no jobs asked for',
    () => send('/jobs/activation', '{"type":"x","timeout":1000,"maxJobsToActivate":0}'),
    400,
    /maxJobsToActivate: /,
  ],
  [
    'a million jobs asked for',
    () => send('/jobs/activation', '{"type":"x","timeout":1000,"maxJobsToActivate":1000000}'),
    400,
    /maxJobsToActivate: /,
  ],
  [
    'a message kept for longer than a year',
    () => send('/messages/publication', '{"name":"x","timeToLive":1e15}'),
    400,
    /timeToLive: /,
  ],
  [
    'a correlation key of a million characters',
    () => send('/messages/publication', JSON.stringify({ name: 'x', correlationKey: 'a'.repeat(1_000_000) })),
    400,
    /correlationKey: /,
  ],
]

const states: readonly Case[] = [
  [
    'completing a completed user task',
    () => send(`/user-tasks/${made.endedTask}/completion`, '{}'),
    409,
    /COMPLETED/,
  ],
  [
    'assigning a completed user task',
    () => send(`/user-tasks/${made.endedTask}/assignment`, '{"assignee":"ada"}'),
    409,
    /COMPLETED/,
  ],
  [
    'cancelling an ended instance',
    () => send(`/process-instances/${made.endedInstance}/cancellation`, '{}'),
    404,
    /has ended|no process instance/,
  ],
  [
    'setting variables of an ended instance',
    () =>
      send(`/element-instances/${made.endedInstance}/variables`, '{"variables":{"a":1}}', { method: 'PUT' }),
    404,
    /has ended|no /,
  ],
  ['completing an unknown job', () => send('/jobs/123456/completion', '{}'), 404, /123456/],
  ['failing an unknown job', () => send('/jobs/123456/failure', '{"retries":1}'), 404, /123456/],
  ['resolving an unknown incident', () => send('/incidents/123456/resolution', '{}'), 404, /123456/],
  [
    'a message id that is taken',
    () =>
      send(
        '/messages/publication',
        '{"name":"once","correlationKey":"k","messageId":"taken","timeToLive":1000}',
      ),
    409,
    /taken/,
  ],
  [
    'correlating what nothing waits for',
    () => send('/messages/correlation', '{"name":"nothing","correlationKey":"k"}'),
    404,
    /nothing/,
  ],
  [
    'pinning a clock that nobody may move',
    () => send('/clock', '{"timestamp":1}', { method: 'PUT' }),
    [403, 404, 409],
    /BRAID_CONTROLLED_CLOCK/,
  ],
]

describe.each([
  ['definitions', definitions],
  ['bodies', bodies],
  ['values', values],
  ['states', states],
] as const)('%s', (_, cases) => {
  test.each(cases)('%s', async (name, ask, status, detail) => {
    const stored = await server.countRows()
    await server.stall()
    const answer = await ask()
    const stall = await server.stall()
    note(name, stall)
    expect([status].flat(), answer.body.slice(0, 1_000)).toContain(answer.status)
    expect(answer.contentType).toContain('application/problem+json')
    const parsed = problem.parse(JSON.parse(answer.body))
    expect(parsed.status).toBe(answer.status)
    expect(parsed.detail).toMatch(detail)
    expect(stall.busyMs).toBeLessThanOrEqual(longestStallMs)
    expect(await server.countRows()).toEqual(stored)
  })
})

const multipart = { 'content-type': 'multipart/form-data; boundary=b' }
const fileHead = '--b\r\ncontent-disposition: form-data; name="resources"; filename="a.bpmn"\r\n\r\n'
const full = megabytes(100)
const long = { 'content-length': String(full + fileHead.length) }

describe('bodies of 100 MB are refused before they are sent', () => {
  test.each([
    ['JSON that says how long it is', '/process-instances', { ...json, ...long }, '"'],
    ['JSON that does not', '/process-instances', json, '"'],
    ['a file that says how long it is', '/deployments', { ...multipart, ...long }, fileHead],
    ['a file that does not', '/deployments', multipart, fileHead],
  ])('%s', async (name, path, headers, head) => {
    const stored = await server.countRows()
    await server.stall()
    const answer = await server.flood(path, headers, head, full)
    const stall = await server.stall()
    note(`100 MB: ${name} (answered after ${(answer.sentBytes / 1e6).toFixed(1)} MB)`, stall)
    expect(answer.status).toBe(413)
    expect(problem.parse(JSON.parse(answer.body)).detail).toMatch(/expected/)
    expect(answer.sentBytes).toBeLessThan(full)
    expect(stall.busyMs).toBeLessThanOrEqual(longestStallMs)
    expect(await server.countRows()).toEqual(stored)
  })
})

test('the server answers others as before', async () => {
  const { client } = server
  const created = await client.createProcessInstance({ body: { processDefinitionKey: made.definitionKey } })
  await client.cancelProcessInstance({ params: { processInstanceKey: created.processInstanceKey } })
})

/** Applications as the API shows them: what they bring, and what is wrong with those that are broken. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi, eventually } from '../support/api.ts'
import { type ApplicationsFolder, createApplicationsFolder } from '../support/applications.ts'
import { processXml } from '../support/process-xml.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

let folder: ApplicationsFolder
let server: TestServer
let api: Api

const library = `
const book = model({
  name: 'book', title: 'Books', label: 'title', columns: ['title', 'pages'],
  schema: z.object({ title: z.string().min(1), pages: z.int().positive(), author: z.string().optional() }),
})
const count = task({ name: 'count', input: z.object({ words: z.array(z.string()) }), output: z.int(), run: ({ words }) => words.length })
const find = endpoint({
  method: 'GET', path: 'find', summary: 'Find books', permission: 'record:read',
  input: z.object({ author: z.string() }), output: z.array(z.string()),
  handle: async ({ author }, { records }) => (await records.list('book', { data: { author } })).map(({ id }) => id),
})
const sum = endpoint({
  method: 'POST', path: 'sum', summary: 'Sum', input: z.object({ of: z.array(z.number()) }),
  output: z.object({ sum: z.number(), shop: z.string(), by: z.string() }),
  handle: async ({ of }, { settings, caller }) => ({ sum: of.reduce((a, b) => a + b, 0), shop: settings.shop, by: caller.name }),
})
const bad = endpoint({ method: 'POST', path: 'bad', summary: 'Throws', input: z.any(), output: z.any(),
  handle: async () => { throw 'secret text' } })
`
const fields = `title: 'Library', version: '1.2.3', models: [book], tasks: [count], endpoints: [find, sum, bad],
  processes: ['lend.bpmn'], settings: z.object({ shop: z.string().default('main'), apiKey: z.string().optional() }),
  screens: [{ name: 'find', title: 'Find', endpoint: 'find', show: { items: '' } }]`

beforeAll(async () => {
  folder = await createApplicationsFolder()
  await folder.define('library', library, fields)
  await folder.write('library/lend.bpmn', processXml('lend', '<startEvent id="s" />'))
  await folder.write('syntax/application.ts', 'export const application = {\n  name: = 1,\n}\n')
  await folder.write('throws/application.ts', "import './deep/part.ts'\nexport const application = {}\n")
  await folder.write('throws/deep/part.ts', "function f(): never {\n  throw new Error('boom')\n}\nf()\n")
  await folder.write('odd/application.ts', 'throw null\n')
  await folder.write('nothing/application.ts', 'export const other = 1\n')
  await folder.write('missing/application.ts', "import 'no-such-package'\n")
  await folder.define(
    'date',
    '',
    "tasks: [task({ name: 't', input: z.date(), output: z.any(), run: () => 1 })]",
  )
  await folder.define(
    'twice',
    '',
    `tasks: [task({ name: 't', input: z.any(), output: z.any(), run: () => 1 }),
    task({ name: 't', input: z.any(), output: z.any(), run: () => 1 })]`,
  )
  await folder.define('wrong-file', '', "processes: ['../library/lend.bpmn']")
  await folder.define('wrong-process', '', "processes: ['p.bpmn']")
  await folder.write('wrong-process/p.bpmn', processXml('p', '<startEvent id="s" />', 's -> nowhere'))
  await folder.define('setting', '', 'settings: z.object({ port: z.int() })')
  await folder.define('starter', '', "start: async () => { throw new Error('no start') }")
  await folder.define('Upper', '')
  server = await createTestServer({
    applicationsDir: folder.path,
    watchApplications: true,
    applicationSettings: {
      BRAID_APP_LIBRARY_SHOP: { value: 'north', isSecret: false },
      BRAID_APP_LIBRARY_API_KEY: { value: 'sk-very-secret', isSecret: true },
      BRAID_APP_SETTING_PORT: { value: 'many', isSecret: false },
    },
  })
  api = createApi(server, '/api/v1')
})
afterAll(async () => {
  await server?.stop()
  await folder?.drop()
})

const application = async (name: string) => (await api.get(`/applications/${name}`)).body

describe('an application in the folder', () => {
  test('is there with all that it brings, without its secrets', async () => {
    const found = await application('library')
    expect(found).toMatchObject({
      ...{ name: 'library', title: 'Library', version: '1.2.3', state: 'loaded', processes: ['lend.bpmn'] },
      tasks: [{ name: 'count', jobType: 'library/count', inputSchema: { required: ['words'] } }],
      routes: [
        { method: 'GET', path: 'find', permission: 'record:read' },
        { method: 'POST', path: 'sum', permission: 'application:use' },
        { method: 'POST', path: 'bad' },
      ],
      models: [{ name: 'book', title: 'Books', columns: ['title', 'pages'], schema: { type: 'object' } }],
      screens: [{ name: 'find', endpoint: 'find' }],
      settings: { shop: 'north' },
    })
    expect(JSON.stringify(found)).not.toContain('sk-very-secret')
    expect(await api.start('lend')).toMatch(/^\d+$/)
    expect((await api.get('/applications/none')).status).toBe(404)
  })

  test('answers at its endpoints, and refuses what they do not take', async () => {
    const at = '/applications/library/endpoints'
    expect(await api.post(`${at}/sum`, { of: [1, 2, 3] })).toMatchObject({
      ...{ status: 200, body: { sum: 6, shop: 'north' } },
    })
    expect(await api.post(`${at}/sum`, { of: [1, 'two'] })).toMatchObject({
      ...{
        status: 400,
        body: { errors: [{ path: 'body.of[1]', message: 'expected number, got a string' }] },
      },
    })
    expect(await api.get(`${at}/find`)).toMatchObject({
      ...{ status: 400, body: { detail: 'query.author: expected string, got nothing' } },
    })
    expect((await api.get(`${at}/sum`)).status).toBe(404)
    const failed = await api.post(`${at}/bad`, {})
    expect(failed).toMatchObject({ status: 502, body: { code: 'APPLICATION_FAILED' } })
    expect(JSON.stringify(failed)).not.toContain('secret text')
  })

  test('says itself which permission an endpoint needs', async () => {
    const { body: key } = await api.post('/api-keys', { name: 'reader', grants: ['record:read'] })
    const reader = createApi({ url: server.url, apiKey: String(key.secret) }, '/api/v1')
    expect((await reader.get('/applications/library/endpoints/find?author=x')).status).toBe(200)
    expect(await reader.post('/applications/library/endpoints/sum', { of: [] })).toMatchObject({
      ...{ status: 403, body: { detail: 'this needs the permission application:use' } },
    })
    expect(
      (
        await createApi({ url: server.url, apiKey: 'none' }, '/api/v1').post(
          '/applications/library/endpoints/sum',
        )
      ).status,
    ).toBe(401)
  })
})

describe('records', () => {
  const at = '/applications/library/models/book/records'
  test('are created, changed when nobody else did, found and deleted', async () => {
    const data = { title: 'Emma', pages: 474, author: 'Austen' }
    const { body: created } = await api.post(at, { id: 'emma', data })
    expect(created).toMatchObject({ id: 'emma', model: 'book', label: 'Emma', data, version: 1 })
    expect((await api.post(at, { id: 'emma', data })).status).toBe(409)
    const changed = await api.put(`${at}/emma`, { data: { ...data, pages: 500 }, version: 1 })
    expect(changed.body).toMatchObject({ version: 2, data: { pages: 500 } })
    expect(await api.put(`${at}/emma`, { data, version: 1 })).toMatchObject({
      ...{
        status: 409,
        body: { detail: 'book emma was changed meanwhile: it has version 2, not 1' },
      },
    })
    await api.post(at, { data: { title: '100% Persuasion', pages: 249, author: 'Austen' } })
    await api.post(at, { data: { title: 'Ulysses', pages: 730 } })
    const titles = async (filter: object) =>
      (await api.items(`${at}/search`, filter)).map(({ label }) => label).toSorted()
    expect(await titles({ data: { author: 'Austen' } })).toEqual(['100% Persuasion', 'Emma'])
    expect(await titles({ text: '0% p' })).toEqual(['100% Persuasion'])
    expect(await titles({ text: 'AUST' })).toEqual(['100% Persuasion', 'Emma'])
    expect(await titles({})).toHaveLength(3)
    const found = await api.get('/applications/library/endpoints/find?author=Austen')
    expect(found.body).toHaveLength(2)
    const { body: page } = await api.post(`${at}/search`, { page: { limit: 2 }, sort: [{ field: 'label' }] })
    expect(page).toMatchObject({
      items: [{ label: '100% Persuasion' }, { label: 'Emma' }],
      page: { totalItems: 3 },
    })
  })

  test('are as the model says', async () => {
    expect(await api.post(at, { data: { title: '', pages: 1.5 } })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'body.data.title' }, { path: 'body.data.pages' }] },
    })
    expect((await api.get(`${at}/none`)).status).toBe(404)
    expect((await api.post('/applications/library/models/film/records', { data: {} })).status).toBe(404)
    expect((await api.post('/applications/throws/models/film/records', { data: {} })).status).toBe(404)
  })
})

describe('a broken application', () => {
  test.each([
    ['syntax', /Unexpected token|Expression expected|expected/i, 'syntax/application.ts:2:9'],
    ['throws', /^boom$/, 'throws/deep/part.ts:2:9'],
    ['odd', /expected an Error to be thrown, got null/, 'odd/application.ts'],
    ['nothing', /expected application.ts to export application/, 'nothing/application.ts'],
    ['missing', /no-such-package/, 'missing/application.ts'],
    ['date', /tasks\[0\].input: expected a schema of JSON values/, 'date/application.ts'],
    ['twice', /tasks\[1\]: there is another t before it/, 'twice/application.ts'],
    ['wrong-file', /processes\[0\]: expected a file of the folder/, 'wrong-file/application.ts'],
    ['wrong-process', /nowhere/, /^wrong-process\/p.bpmn:\d+:1$/],
    ['setting', /BRAID_APP_SETTING_PORT: expected (number|int), got a string/, undefined],
    ['starter', /start: no start/, /^starter\/application.ts:\d+:\d+$/],
    ['Upper', /name: expected lower-case letters/, 'Upper/application.ts'],
  ])('%s is shown with what is wrong and where', async (name, message, place) => {
    const found = await application(name)
    expect(found).toMatchObject({ state: 'broken', error: { message: expect.stringMatching(message) } })
    const shown = (found.error as { place?: string }).place
    if (place instanceof RegExp) expect(shown).toMatch(place)
    else expect(shown).toBe(place)
  })

  test('leaves the others alone', async () => {
    const { items } = (await api.get('/applications')).body as { items: { name: string; state: string }[] }
    expect(items).toHaveLength(13)
    expect(items.filter(({ state }) => state === 'loaded').map(({ name }) => name)).toEqual(['library'])
  })
})

describe('while the server runs', () => {
  test('what is added, changed, broken, mended and removed is seen', async () => {
    const say = (text: string) =>
      folder.define(
        'fresh',
        "import { word } from './word.ts'",
        `endpoints: [endpoint({ method: 'GET', path: 'say',
        summary: 'Say', input: z.any(), output: z.string(), handle: async () => word + '${text}' })]`,
      )
    const said = async () => (await api.get('/applications/fresh/endpoints/say')).body
    const state = async () => (await application('fresh')).state
    await folder.write('fresh/word.ts', "export const word = 'one'\n")
    await say('!')
    await eventually(said, 'one!')
    await folder.write('fresh/word.ts', "export const word = 'two'\n")
    await eventually(said, 'two!')
    await folder.write('fresh/word.ts', 'export const word = \n')
    await eventually(state, 'broken')
    expect(await said()).toBe('two!')
    await folder.write('fresh/word.ts', "export const word: string = 'three'\n")
    await eventually(said, 'three!')
    expect(await state()).toBe('loaded')
    await folder.remove('fresh')
    await eventually(state, undefined)
  })
})

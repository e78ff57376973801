/** The PostgreSQL schema of an application, and what it can't reach. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, createApi } from '../support/api.ts'
import { type ApplicationsFolder, createApplicationsFolder } from '../support/applications.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

let folder: ApplicationsFolder
let server: TestServer
let api: Api

const run = `
const run = endpoint({
  method: 'POST', path: 'run', summary: 'Run SQL', input: z.object({ text: z.string() }), output: z.any(),
  handle: async ({ text }, { sql }) => sql.query(text).catch(({ message }) => ({ message })),
})
const vector = endpoint({ method: 'GET', path: 'has', summary: 'Has', input: z.object({ name: z.string() }),
  output: z.boolean(), handle: ({ name }, { sql }) => sql.hasExtension(name) })`
const fields = `endpoints: [run, vector], migrations: ['create table note (text text)', "insert into note values ('mine')"]`

beforeAll(async () => {
  folder = await createApplicationsFolder()
  await folder.define('one', run, fields)
  await folder.define('two', run, fields)
  await folder.define('bad', run, "migrations: ['create table a (b)']")
  server = await createTestServer({ applicationsDir: folder.path })
  api = createApi(server, '/api/v1')
})
afterAll(async () => {
  await server?.stop()
  await folder?.drop()
})

const query = async (text: string, application = 'one'): Promise<unknown> =>
  (await api.post(`/applications/${application}/endpoints/run`, { text })).body

test('an application has the tables of its migrations, each applied once', async () => {
  expect(await query('select text from note')).toEqual([{ text: 'mine' }])
  expect(await query("insert into note values ('more') returning text")).toEqual([{ text: 'more' }])
  expect(await query('select text from note', 'two')).toEqual([{ text: 'mine' }])
  expect((await api.get('/applications/bad')).body).toMatchObject({
    state: 'broken',
    error: { message: expect.stringMatching(/^migrations\[0\]: syntax error/) },
  })
})

test.each([
  ['select * from public.instance', /permission denied/],
  ['select * from public.application_role', /permission denied/],
  ['select * from app_two.note', /permission denied/],
  ['create table public.mine (a int)', /permission denied/],
  ["do $$ begin execute 'reset role'; perform from public.instance; end $$", /permission denied/],
  [
    "do $$ begin execute 'reset session authorization'; perform from app_two.note; end $$",
    /permission denied/,
  ],
  ['set role postgres', /permission denied|does not exist/],
  ['select 1; select 2', /multiple commands/],
  ["copy note to program 'id'", /permission denied/],
  ["select pg_read_file('/etc/passwd')", /permission denied/],
  ['create extension dblink', /permission denied|not available/],
])('%s is refused', async (text, message) => {
  expect(await query(text)).toEqual({ message: expect.stringMatching(message) })
})

test('extensions that reach out of the database are not to be had', async () => {
  expect((await api.get('/applications/one/endpoints/has?name=dblink')).body).toBe(false)
  expect((await api.get('/applications/one/endpoints/has?name=no_such')).body).toBe(false)
})

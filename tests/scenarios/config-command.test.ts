/** Settings as a person gives them: files, secrets, `braid config`; and nothing of a secret in what anybody reads. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { environment, freePort, startBraid } from '../chaos/braid-process.ts'
import { createTestDatabase } from '../support/database.ts'

const sources = join(import.meta.dirname, '../../server/src')
const canary = 'canary-of-twenty-letters'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'braid-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function run(file: string, args: readonly string[], settings: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(sources, file), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: environment(settings),
  })
  expect(stdout + stderr).not.toContain('canary')
  return { status, stdout, stderr }
}

const write = (name: string, text: string) => writeFileSync(join(folder, name), text)

describe('braid config', () => {
  test('shows each setting, its place, and secrets by their names', () => {
    write('.env', `SECRET_KEY=${canary}\nBRAID_APP_DOCUMENTS_API_KEY=${canary}\n`)
    write('.env.local.development', 'BRAID_ADMIN_API_KEY=$SECRET_KEY\nBRAID_APP_DOCUMENTS_MODEL=small\n')
    const url = `postgres://braid:${canary}@db:5432/braid`
    const { status, stdout } = run('cli.ts', ['config'], { BRAID_DATABASE_URL: url, BRAID_PORT: '9000' })
    expect(status).toBe(0)
    const lines = stdout.split('\n').map((line) => line.split(/ {2,}/))
    expect(lines).toEqual(
      expect.arrayContaining([
        ['BRAID_ADMIN_API_KEY', '(from secret SECRET_KEY)', '.env.local.development:1'],
        ['BRAID_APP_DOCUMENTS_API_KEY', '(secret)', '.env:2'],
        ['BRAID_APP_DOCUMENTS_MODEL', 'small', '.env.local.development:2'],
        ['BRAID_DATABASE_URL', 'postgres://braid:(secret)@db:5432/braid', 'environment'],
        ['BRAID_PORT', '9000', 'environment'],
        ['BRAID_HOST', '127.0.0.1', 'default'],
        ['RUN_MODE', 'ALL', 'default'],
      ]),
    )
  })

  test('tells programs what is wrong, with a suggestion for what is no setting', () => {
    write('.env', `BRAID_ADMIN_APIKEY=${canary}\nBRAID_PORT=high\n`)
    const { status, stdout } = run('cli.ts', ['config', '--json'])
    expect(status).toBe(1)
    const { settings, problems } = JSON.parse(stdout)
    const problem = 'BRAID_ADMIN_APIKEY is not a setting; did you mean BRAID_ADMIN_API_KEY?'
    expect(problems).toEqual([problem, 'BRAID_PORT: expected a port number'])
    expect(settings).toContainEqual({
      name: 'BRAID_ADMIN_APIKEY',
      value: '(secret)',
      source: '.env:1',
      problem,
    })
  })
})

describe('a secret', () => {
  test('that is not there refuses the start, naming it and its setting', () => {
    write('.env', `OTHER=${canary}\nBRAID_DATABASE_URL=$DATABASE_SECRET\n`)
    expect(run('main.ts', [])).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'BRAID_DATABASE_URL: the secret DATABASE_SECRET is not there: the environment has no DATABASE_SECRET\n',
    })
  })

  test('is not in what is printed when its database can not be reached', () => {
    const settings = {
      BRAID_DATABASE_URL: '$DATABASE',
      DATABASE: `postgres://${canary}:${canary}@127.0.0.1:1/x`,
    }
    const { status, stderr } = run('main.ts', [], settings)
    expect(status).toBe(1)
    expect(stderr).toContain('ECONNREFUSED')
  })

  test('is in no log line, answer or description of a server that uses it', async () => {
    const database = await createTestDatabase()
    const server = await startBraid({
      port: await freePort(),
      settings: {
        BRAID_DATABASE_URL: '$DATABASE',
        DATABASE: database.url,
        BRAID_APP_X_TOKEN: '$CANARY',
        CANARY: canary,
        BRAID_LOG_LEVEL: 'trace',
      },
    })
    const password = decodeURIComponent(new URL(database.url).password)
    let seen = ''
    for (const path of ['/api/v1/topology', '/api/v1/openapi.json', '/health/ready', `/api/v1/${canary}`]) {
      const headers = { authorization: `Bearer ${canary}` }
      const response = await fetch(server.url + path, { headers })
      seen += JSON.stringify([...response.headers]) + (path.includes(canary) ? '' : await response.text())
    }
    expect(await server.stop()).toBe(0)
    seen += server.output()
    await database.drop()
    expect(seen).toContain('[redacted]')
    expect(seen).not.toContain('canary')
    expect(password.length).toBeGreaterThan(20)
    expect(seen).not.toContain(password)
  })
})

import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../config.ts'

const canary = 'canary/+ "quoted"é'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'braid-secrets-'))
})
afterEach(() => rm(folder, { recursive: true }))

const load = (environment: Readonly<Record<string, string>>) => loadConfig({ environment, folder })

async function refusal(environment: Readonly<Record<string, string>>): Promise<string> {
  const loaded = await load(environment)
  if (loaded.ok) throw new Error('expected a refusal')
  expect(loaded.error.join()).not.toContain('canary')
  return loaded.error.join('\n')
}

describe('secrets of the environment', () => {
  test('are looked up by name', async () => {
    const loaded = await load({ BRAID_ADMIN_API_KEY: '$THE_KEY', THE_KEY: canary })
    expect(loaded).toMatchObject({ ok: true, value: { config: { adminApiKey: canary, secrets: [canary] } } })
  })

  test('may lie in the local file while the shared one names them', async () => {
    await writeFile(join(folder, '.env'), `DATABASE=postgres://u:pw@h/d\n`)
    await writeFile(join(folder, '.env.local.development'), 'BRAID_DATABASE_URL=$DATABASE\n')
    const loaded = await load({})
    expect(loaded).toMatchObject({ ok: true, value: { config: { databaseUrl: 'postgres://u:pw@h/d' } } })
  })

  test('that are missing refuse the start, all of them by name', async () => {
    const said = await refusal({ BRAID_ADMIN_API_KEY: '$NO_KEY', BRAID_APP_X_TOKEN: '$NO_TOKEN' })
    expect(said).toBe(
      'BRAID_ADMIN_API_KEY: the secret NO_KEY is not there: the environment has no NO_KEY\n' +
        'BRAID_APP_X_TOKEN: the secret NO_TOKEN is not there: the environment has no NO_TOKEN',
    )
  })

  test.each([
    ['$../etc/passwd', 'expected the name of a secret'],
    ['$', 'expected the name of a secret'],
    ['$SHORT', 'expected the secret SHORT to have at least 6 characters'],
    ['$WRONG', 'expected at least 16 characters'],
  ])('%s is refused', async (value, message) => {
    expect(await refusal({ BRAID_ADMIN_API_KEY: value, SHORT: 'short', WRONG: 'canary-short' })).toContain(
      `BRAID_ADMIN_API_KEY: ${message}`,
    )
  })

  test('are left alone in tests', async () => {
    const loaded = await load({
      RUN_MODE: 'TEST',
      BRAID_ADMIN_API_KEY: '$NO_KEY',
      BRAID_APP_X_TOKEN: '$NO_TOKEN',
    })
    if (!loaded.ok) throw new Error(loaded.error.join())
    expect(loaded.value.config).not.toHaveProperty('adminApiKey')
    expect(loaded.value.config.applicationSettings).toMatchObject({
      BRAID_APP_X_TOKEN: { value: '$NO_TOKEN' },
    })
  })

  test('of applications are marked as such', async () => {
    const loaded = await load({
      BRAID_APP_X_MODEL: 'small',
      BRAID_APP_X_ACCOUNT: '$THE_KEY',
      BRAID_APP_X_API_KEY: 'in-the-clear',
      THE_KEY: canary,
    })
    expect(loaded).toMatchObject({
      ok: true,
      value: {
        config: {
          applicationSettings: {
            BRAID_APP_X_MODEL: { value: 'small', isSecret: false },
            BRAID_APP_X_ACCOUNT: { value: canary, isSecret: true },
            BRAID_APP_X_API_KEY: { value: 'in-the-clear', isSecret: true },
          },
          secrets: [canary, 'in-the-clear'],
        },
      },
    })
  })
})

describe('secrets of a folder', () => {
  const key = { BRAID_ADMIN_API_KEY: '$admin-key' }
  const secretsIn = (path: string) => ({ ...key, BRAID_SECRETS: `file:${path}` })

  test('are files, laid out as Kubernetes does it', async () => {
    await mkdir(join(folder, '..data'))
    await writeFile(join(folder, '..data', 'admin-key'), `${canary}\n`, { mode: 0o644 })
    await symlink(join('..data', 'admin-key'), join(folder, 'admin-key'))
    expect(await load(secretsIn(folder))).toMatchObject({
      ok: true,
      value: { config: { adminApiKey: canary } },
    })
  })

  test('that are not there are named with their path', async () => {
    const path = join(folder, 'admin-key')
    expect(await refusal(secretsIn(folder))).toBe(
      `BRAID_ADMIN_API_KEY: the secret admin-key is not there: there is no file ${path}`,
    )
  })

  test('that everybody may write are refused', async () => {
    const path = join(folder, 'admin-key')
    await writeFile(path, canary)
    await chmod(path, 0o666)
    expect(await refusal(secretsIn(folder))).toContain(`everybody may write the file ${path}`)
  })

  test('that are folders, or too large, are refused', async () => {
    await mkdir(join(folder, 'admin-key'))
    expect(await refusal(secretsIn(folder))).toContain('is no file')
    await mkdir(join(folder, 'other'))
    await writeFile(join(folder, 'other', 'admin-key'), 'x'.repeat(70_000))
    expect(await refusal(secretsIn(join(folder, 'other')))).toContain('is larger than 65536 bytes')
  })
})

describe('secrets of Vault', () => {
  let vault: Server
  let asked: { readonly url: string | undefined; readonly headers: IncomingHttpHeaders }[]
  let answer: { status: number; body: string; headers?: Readonly<Record<string, string>> }
  let address: string

  beforeEach(async () => {
    asked = []
    const data = { ADMIN_KEY: canary, TOKEN: 'canary-of-an-app', NUMBER: 5 }
    const metadata = { created_time: '2026-01-01T00:00:00Z', deletion_time: '', destroyed: false, version: 3 }
    answer = {
      status: 200,
      body: JSON.stringify({ request_id: '1', lease_duration: 0, data: { data, metadata } }),
    }
    vault = createServer((request, response) => {
      asked.push({ url: request.url, headers: request.headers })
      const isRight = request.headers['x-vault-token'] === 'canary-token'
      const { status, body } = isRight ? answer : { status: 403, body: '{"errors":["permission denied"]}' }
      response.writeHead(status, { 'content-type': 'application/json', ...answer.headers }).end(body)
    })
    await new Promise<void>((resolve) => vault.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(vault.address() as AddressInfo).port}`
  })
  afterEach(() => new Promise((resolve) => vault.close(resolve)))

  const settings = (more: Readonly<Record<string, string>> = {}) => ({
    BRAID_SECRETS: `vault:${address}/secret/team/braid`,
    BRAID_VAULT_TOKEN: 'canary-token',
    BRAID_ADMIN_API_KEY: '$ADMIN_KEY',
    ...more,
  })

  test('are fields of one secret, asked for once', async () => {
    const loaded = await load(settings({ BRAID_APP_X_TOKEN: '$TOKEN' }))
    expect(loaded).toMatchObject({
      ok: true,
      value: {
        config: {
          adminApiKey: canary,
          applicationSettings: { BRAID_APP_X_TOKEN: { value: 'canary-of-an-app', isSecret: true } },
          secrets: expect.arrayContaining(['canary-token', canary, 'canary-of-an-app']),
        },
      },
    })
    expect(asked.map(({ url }) => url)).toEqual(['/v1/secret/data/team/braid'])
  })

  test('are asked for with a token from a file', async () => {
    await writeFile(join(folder, 'token'), 'canary-token\n')
    const { BRAID_VAULT_TOKEN: _, ...rest } = settings()
    expect(await load({ ...rest, BRAID_VAULT_TOKEN_FILE: join(folder, 'token') })).toMatchObject({ ok: true })
    expect(await refusal(rest)).toContain('set BRAID_VAULT_TOKEN or BRAID_VAULT_TOKEN_FILE')
  })

  test('that are missing, or no text, are named', async () => {
    expect(await refusal(settings({ BRAID_ADMIN_API_KEY: '$OTHER' }))).toContain(
      `the secret OTHER is not there: Vault has no text OTHER at ${address}/secret/team/braid`,
    )
    expect(await refusal(settings({ BRAID_ADMIN_API_KEY: '$NUMBER' }))).toContain('Vault has no text NUMBER')
  })

  test('are refused to a wrong token', async () => {
    expect(await refusal(settings({ BRAID_VAULT_TOKEN: 'canary-other' }))).toContain('Vault answered 403 at')
  })

  test('do not send the token where somebody points', async () => {
    answer = { status: 307, body: '', headers: { location: `${address}/elsewhere` } }
    expect(await refusal(settings())).toContain(`Vault can't be reached at ${address}`)
    expect(asked).toHaveLength(1)
  })

  test('are not taken from something else', async () => {
    answer = { status: 200, body: '{"data":"canary"}' }
    expect(await refusal(settings())).toContain('did not answer like the secrets engine KV version 2')
    answer = { status: 200, body: 'x'.repeat(2_000_000) }
    expect(await refusal(settings())).toContain('more than a secret can be')
  })

  test.each([
    ['vault:http://vault.example.com/secret/braid', 'Vault is only asked over https'],
    ['vault:https://vault.example.com/secret', 'names no secret'],
    ['vault:https://user@vault.example.com/secret/braid', 'malformed'],
    ['vault:http://127.0.0.1:1/secret/braid', "Vault can't be reached"],
    ['keychain:x', 'expected environment, file:<folder> or vault:'],
  ])('%s is refused', async (where, message) => {
    expect(await refusal(settings({ BRAID_SECRETS: where }))).toContain(message)
  })
})

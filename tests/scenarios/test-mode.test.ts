/** Servers that leave nothing behind, and the tests of applications as a person runs them. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { apiKey, environment, freePort, startBraid } from '../chaos/braid-process.ts'
import { createApi, eventually } from '../support/api.ts'
import { databaseUrlVariable } from '../support/database.ts'
import { processXml } from '../support/process-xml.ts'

const cli = join(import.meta.dirname, '../../server/src/cli.ts')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'braid-test-mode-'))
  chmodSync(folder, 0o755)
})
afterEach(() => rmSync(folder, { recursive: true }))

const waits =
  '<startEvent id="s" /><intermediateCatchEvent id="day"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></intermediateCatchEvent>' +
  '<intermediateCatchEvent id="week"><timerEventDefinition><timeDuration>P7D</timeDuration></timerEventDefinition></intermediateCatchEvent><endEvent id="e" />'

test('RUN_MODE=TEST runs on a database of its own, with a clock that is moved, and leaves nothing', async () => {
  const server = await startBraid({
    port: await freePort(),
    settings: {
      RUN_MODE: 'TEST',
      TMPDIR: folder,
      BRAID_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/precious',
    },
  })
  const api = createApi({ url: server.url, apiKey }, '/api/v1')
  await api.deploy('waits.bpmn', processXml('waits', waits, 's -> day', 'day -> week', 'week -> e'))
  const key = await api.start('waits')
  expect(await api.active(key)).toEqual(['day'])
  // Both timers fire on the way, the second one counted from when the first was due.
  await api.put('/clock', { timestamp: Date.parse('2026-01-08T23:59:59Z') })
  expect(await api.active(key)).toEqual(['week'])
  await api.put('/clock', { timestamp: Date.parse('2026-01-09T00:00:00Z') })
  await eventually(() => api.stateOf(key), 'COMPLETED')
  expect(readdirSync(folder)).not.toEqual([])
  expect(await server.stop()).toBe(0)
  expect(readdirSync(folder)).toEqual([])
})

function braidTest(...args: readonly string[]) {
  const databaseUrl = process.env[databaseUrlVariable]
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'test', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: environment(databaseUrl === undefined ? {} : { [databaseUrlVariable]: databaseUrl }),
  })
  return { status, text: stdout + stderr }
}

test('braid test runs the tests of a folder of applications, or says that there is none', () => {
  const passed = braidTest('--applications', join(import.meta.dirname, 'tested-applications'))
  expect(passed.text).toMatch(/4 passed/)
  expect(passed.status).toBe(0)
  expect(braidTest()).toEqual({
    status: 2,
    text: expect.stringContaining(`but there is no ${join(folder, 'applications')}`),
  })
}, 120_000)

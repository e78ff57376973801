/**
 * A Braid process is killed while people's scripts run in it and wait for it. Nothing of them is left behind; the next
 * process runs each to its end, and who followed one goes on where they were.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { ExecutionFrame } from '@braid/contract/execution.ts'
import { afterEach, expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { createExecutions } from '../support/executions.ts'
import { livingProcesses } from '../support/living-processes.ts'
import { apiKey, type BraidProcess, freePort, startBraid } from './braid-process.ts'

const runs = 8
/** Among the first, so that it runs when the server is killed. */
const onlyOnce = 1
const slots = 3
const mark = `killed-with-braid-${process.pid}`
/** A process of its own beside the shell, which does not outlive it either. */
const script = `bash -c 'exec -a ${mark} sleep 60' & for i in 1 2 3 4 5 6 7 8; do echo line $i; sleep 0.25; done`
const lines = Array.from({ length: 8 }, (_, index) => `line ${index + 1}\n`).join('')

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

async function noneLeft(): Promise<number> {
  const before = performance.now()
  while (livingProcesses(mark) > 0 && performance.now() - before < 10_000) await pause(20)
  return performance.now() - before
}

test('every script ends although the server is killed, and none outlives it', async () => {
  const database = await createTestDatabase()
  cleanUp.push(() => database.drop())
  const port = await freePort()
  const start = async (): Promise<BraidProcess> => {
    const node = await startBraid({
      port,
      settings: {
        BRAID_DATABASE_URL: database.url,
        BRAID_SEED: 'none',
        BRAID_LOG_LEVEL: 'error',
        BRAID_SCRIPT_ISOLATION: 'sandbox',
        BRAID_SCRIPT_SLOTS: String(slots),
        BRAID_SCRIPTS_PER_USER: String(slots),
      },
    })
    cleanUp.push(() => node.stop())
    return node
  }
  const first = await start()
  const before = createExecutions({ url: first.url, apiKey })
  await before.ready()
  const asked: string[] = []
  for (let index = 0; index < runs; index += 1) {
    const maxAttempts = index === onlyOnce ? 1 : 3
    asked.push(await before.ask({ language: 'bash', script, maxAttempts }))
  }
  const [watched = ''] = asked

  const seen: (ExecutionFrame & { readonly id?: string })[] = []
  for await (const frame of before.follow(watched)) {
    if (frame.type === 'output') seen.push(frame)
    if (seen.length === 3) break
  }
  await first.kill()
  const goneAfterMs = await noneLeft()
  expect(livingProcesses(mark)).toBe(0)

  const second = await start()
  const after = createExecutions({ url: second.url, apiKey })
  const rest: ExecutionFrame[] = []
  for await (const frame of after.follow(watched, seen.at(-1)?.id)) rest.push(frame)
  expect(rest.at(-1)).toMatchObject({ type: 'end', state: 'COMPLETED', attempt: 2 })
  const texts = rest.flatMap((frame) => (frame.type === 'output' && frame.attempt === 2 ? [frame.text] : []))
  expect(texts.join('')).toBe(lines)

  const results = await Promise.all(asked.map(after.ended))
  const [once, ...others] = [...results.splice(onlyOnce, 1), ...results]
  expect(once).toMatchObject({ state: 'FAILED', errorType: 'RUNNER_ERROR', attempt: 1, maxAttempts: 1 })
  expect(once?.message).toContain('the server that ran it was lost')
  expect(lines.startsWith(once?.stdout ?? 'nothing')).toBe(true)
  for (const result of others)
    expect(result).toMatchObject({ state: 'COMPLETED', exitCode: 0, stdout: lines })
  const attempts = others.map(({ attempt }) => attempt)
  console.log(`processes gone ${Math.round(goneAfterMs)} ms after the kill; attempts ${attempts.join(' ')}`)
  expect(attempts.filter((attempt) => attempt === 2).length).toBe(slots - 1)
  expect(attempts.filter((attempt) => attempt === 1).length).toBe(runs - slots)
  expect(await noneLeft()).toBeLessThan(10_000)
}, 180_000)

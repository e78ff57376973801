/** A script writes a million lines: whoever follows sees them all or where some were left out, and the server stays small. */
import { readFile } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { createExecutions } from '../support/executions.ts'
import { apiKey, freePort, startBraid } from './braid-process.ts'

const megabyte = 1024 * 1024
const lines = 1_000_000

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

async function residentMegabytes(pid: number): Promise<number> {
  const [, pages = '0'] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')
  return (Number(pages) * 4096) / megabyte
}

test(`${lines} lines of output leave the memory of the server as it was`, async () => {
  const database = await createTestDatabase()
  cleanUp.push(() => database.drop())
  const node = await startBraid({
    port: await freePort(),
    settings: {
      BRAID_DATABASE_URL: database.url,
      BRAID_SEED: 'none',
      BRAID_LOG_LEVEL: 'error',
      BRAID_SCRIPT_ISOLATION: 'sandbox',
    },
  })
  cleanUp.push(() => node.stop())
  const executions = createExecutions({ url: node.url, apiKey })
  await executions.ready()
  const script = (count: number) => `for i in range(${count}): print(i)`
  const follow = async (count: number) => {
    const key = await executions.ask({ language: 'python', script: script(count), timeoutMs: 120_000 })
    let received = ''
    let omitted = 0
    let most = 0
    for await (const frame of executions.follow(key)) {
      most = Math.max(most, await residentMegabytes(node.pid))
      if (frame.type !== 'output') continue
      omitted += frame.omittedBytes ?? 0
      received += frame.omittedBytes === undefined ? frame.text : `…${frame.text}`
    }
    return { received, omitted, most }
  }
  const expected = (count: number) => Array.from({ length: count }, (_, index) => `${index}\n`).join('')
  // The first runs warm the server up; then a run with fifty times the output may not need much more.
  const small = await follow(20_000)
  expect(small.received).toBe(expected(20_000))

  // 6.9 MB, within what is kept.
  const large = await follow(lines)
  expect(large.omitted).toBe(0)
  expect(large.received === expected(lines)).toBe(true)

  // 16.9 MB: more than is kept.
  const capped = await follow(2 * lines)
  expect(capped.omitted).toBeGreaterThan(4 * megabyte)
  const [head = '', tail = ''] = capped.received.split('…')
  const whole = expected(2 * lines)
  expect(whole.startsWith(head)).toBe(true)
  expect(whole.endsWith(tail)).toBe(true)
  expect(head.length + tail.length + capped.omitted).toBe(whole.length)

  const sizes = [small.most, large.most, capped.most].map(Math.round)
  console.log(`resident at most: ${sizes.join(', ')} MB with 20,000, ${lines} and ${2 * lines} lines`)
  expect(capped.most - small.most).toBeLessThan(100)
}, 180_000)

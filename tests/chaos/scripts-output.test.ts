/** Scripts write millions of lines: whoever follows sees them all or where some were left out, and the server stays small. */
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { createExecutions, type Executions } from '../support/executions.ts'
import { apiKey, type BraidProcess, freePort, startBraid } from './braid-process.ts'

const megabyte = 1024 * 1024
const lines = 1_000_000
const followers = 20
/** Of the process, at its most, against a run that writes little. */
const residentLimit = 100
/** Of what is left when the collector has been there. */
const retainedLimit = 10

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

type Measured = { readonly node: BraidProcess; readonly executions: Executions }

async function start(): Promise<Measured> {
  const database = await createTestDatabase()
  cleanUp.push(() => database.drop())
  const gauge = fileURLToPath(new URL('./memory-gauge.ts', import.meta.url))
  const node = await startBraid({
    port: await freePort(),
    nodeArguments: ['--expose-gc', '--import', gauge],
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
  return { node, executions }
}

async function residentMegabytes({ pid }: BraidProcess): Promise<number> {
  const [, pages = '0'] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')
  return (Number(pages) * 4096) / megabyte
}

async function retainedMegabytes({ pid, output }: BraidProcess): Promise<number> {
  const told = () => [...output().matchAll(/^retained (\d+)$/gm)]
  const before = told().length
  process.kill(pid, 'SIGUSR2')
  while (told().length === before) await sleep(20)
  return Number(told().at(-1)?.[1]) / megabyte
}

const writing = (count: number) => ({
  language: 'python',
  script: `for i in range(${count}): print(i)`,
  timeoutMs: 120_000,
})
const written = (count: number) => Array.from({ length: count }, (_, index) => `${index}\n`).join('')

/** What a follower got, with an ellipsis where something was left out, and the most memory that the server took. */
async function follow({ node, executions }: Measured, key: string) {
  let received = ''
  let omitted = 0
  let most = 0
  for await (const frame of executions.follow(key)) {
    most = Math.max(most, await residentMegabytes(node))
    if (frame.type !== 'output') continue
    omitted += frame.omittedBytes ?? 0
    received += frame.omittedBytes === undefined ? frame.text : `…${frame.text}`
  }
  return { received, omitted, most }
}

function expectCapped({ received, omitted }: Awaited<ReturnType<typeof follow>>, count: number): void {
  expect(omitted).toBeGreaterThan(4 * megabyte)
  const [head = '', tail = ''] = received.split('…')
  const whole = written(count)
  expect(whole.startsWith(head)).toBe(true)
  expect(whole.endsWith(tail)).toBe(true)
  expect(head.length + tail.length + omitted).toBe(whole.length)
}

test(`${lines} lines of output leave the memory of the server as it was`, async () => {
  const measured = await start()
  const run = async (count: number) => follow(measured, await measured.executions.ask(writing(count)))
  // The first runs warm the server up; then a run with fifty times the output may not need much more.
  const small = await run(20_000)
  expect(small.received).toBe(written(20_000))
  const before = await retainedMegabytes(measured.node)

  // 6.9 MB, within what is kept.
  const large = await run(lines)
  expect(large.omitted).toBe(0)
  expect(large.received === written(lines)).toBe(true)

  // 16.9 MB: more than is kept.
  const capped = await run(2 * lines)
  expectCapped(capped, 2 * lines)

  const sizes = [small.most, large.most, capped.most].map(Math.round)
  const retained = (await retainedMegabytes(measured.node)) - before
  console.log(`resident at most: ${sizes.join(', ')} MB with 20,000, ${lines} and ${2 * lines} lines`)
  console.log(`retained afterwards: ${retained.toFixed(1)} MB more`)
  expect(capped.most - small.most).toBeLessThan(residentLimit)
  expect(retained).toBeLessThan(retainedLimit)
}, 180_000)

test(`${followers} followers of a run cost the server little more than one`, async () => {
  const measured = await start()
  const small = await follow(measured, await measured.executions.ask(writing(20_000)))
  const before = await retainedMegabytes(measured.node)
  const key = await measured.executions.ask(writing(2 * lines))
  const all = await Promise.all(Array.from({ length: followers }, () => follow(measured, key)))
  const [one = small] = all
  expectCapped(one, 2 * lines)
  for (const { received } of all) expect(received === one.received).toBe(true)
  const most = Math.max(...all.map((follower) => follower.most)) - small.most
  const retained = (await retainedMegabytes(measured.node)) - before
  console.log(`${followers} followers: ${Math.round(most)} MB at most, ${retained.toFixed(1)} MB retained`)
  expect(most).toBeLessThan(residentLimit)
  expect(retained).toBeLessThan(retainedLimit)
}, 180_000)

/** Takes what the script wrote first; the rest when told to, from where it was if the server has dropped it meanwhile. */
async function stalled({ executions }: Measured, key: string) {
  let text = ''
  let seen: string | undefined
  const take = async (
    frames: ReturnType<Executions['follow']>,
    until: 'output' | 'end',
  ): Promise<boolean> => {
    for (;;) {
      const { done, value: frame } = await frames.next()
      if (done) return false
      seen = frame.id ?? seen
      if (frame.type === 'output') text += frame.omittedBytes === undefined ? frame.text : `…${frame.text}`
      if (frame.type === until) return true
    }
  }
  const stream = executions.follow(key)
  await take(stream, 'output')
  return async (): Promise<string> => {
    for (let frames = stream; ; frames = executions.follow(key, seen)) {
      try {
        if (await take(frames, 'end')) return text
      } catch (error) {
        // Dropped.
        expect(error).toBeInstanceOf(TypeError)
      }
    }
  }
}

test(`${followers} followers who stop reading cost the server a bounded amount, and can read on`, async () => {
  const measured = await start()
  const small = await follow(measured, await measured.executions.ask(writing(20_000)))
  const before = await retainedMegabytes(measured.node)
  const key = await measured.executions.ask(writing(2 * lines))
  const stall = () => Promise.all(Array.from({ length: followers }, () => stalled(measured, key)))
  const early = await stall()
  const one = await follow(measured, key)
  // Of what is stored already, there is more to read at once.
  const late = await stall()
  const retained = (await retainedMegabytes(measured.node)) - before
  const most = Math.max(one.most, await residentMegabytes(measured.node)) - small.most
  console.log(`${followers} stalled: ${Math.round(most)} MB at most, ${retained.toFixed(1)} MB retained`)
  expect(most).toBeLessThan(residentLimit)
  expect(retained).toBeLessThan(retainedLimit)
  // Reading 10 MB takes a while, so that not all of them do.
  for (const readOn of [...early.slice(0, 3), ...late.slice(0, 3)])
    expect((await readOn()) === one.received).toBe(true)
}, 180_000)

/** Scripts that are canceled at any moment: each is over at once, nothing of it is left, its slot is free. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createExecutions, type Executions } from '../support/executions.ts'
import { livingProcesses } from '../support/living-processes.ts'
import { createTestServer, type TestServer, withScripts } from '../support/server.ts'

const runs = 100
const slots = 4
/** Of each script here, so that its processes are known among others. */
const mark = `canceled-${process.pid}`

let server: TestServer
let executions: Executions
beforeAll(async () => {
  server = await createTestServer(withScripts({ slots, bounds: { atOnce: slots, atOncePerUser: slots } }))
  executions = createExecutions(server)
  await executions.ready()
}, 60_000)
afterAll(() => server?.stop())

/** Milliseconds from the request to the end of the stream. */
async function cancelAfter(delayMs: number): Promise<number> {
  // Ignores every request to end, and has children.
  const script = `trap '' TERM INT HUP; bash -c 'exec -a ${mark} sleep 60' & echo begun; exec -a ${mark} sleep 60`
  const executionKey = await executions.ask({ language: 'bash', script, timeoutMs: 60_000 })
  await pause(delayMs)
  const asked = performance.now()
  expect((await executions.call('POST', `/executions/${executionKey}/cancel`)).status).toBe(200)
  expect(await executions.ended(executionKey)).toMatchObject({ state: 'CANCELED' })
  return performance.now() - asked
}

test(`${runs} of ${runs} are over at once, and nothing is left of them`, async () => {
  const times: number[] = []
  for (let done = 0; done < runs; done += slots) {
    const together = Array.from({ length: slots }, (_, index) => cancelAfter(((done + index) * 7) % 200))
    times.push(...(await Promise.all(together)))
  }
  const sorted = times.toSorted((a, b) => a - b)
  console.log(
    `canceled: median ${Math.round(sorted[runs / 2] ?? 0)} ms, most ${Math.round(sorted.at(-1) ?? 0)} ms`,
  )
  expect(livingProcesses(mark)).toBe(0)
  const next = await Promise.all(
    Array.from({ length: slots }, () => executions.run({ language: 'bash', script: 'echo next' })),
  )
  expect(next.map(({ stdout }) => stdout)).toEqual(Array.from({ length: slots }, () => 'next\n'))
}, 120_000)

/** Runs that are cancelled: each is over, nothing of it is left, and how long that takes. */
import { setTimeout as pause } from 'node:timers/promises'
import type { KubernetesRunner } from '@braid/runner/isolation/kubernetes/kubernetes.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bash, createNamespace, type Namespace, runnerIn, smallLimits } from './namespace.ts'

const runs = Number(process.env.BRAID_CANCELLED_PODS ?? 40)

let namespace: Namespace
let runner: KubernetesRunner

beforeAll(async () => {
  namespace = await createNamespace('braid-cancelled')
  runner = await runnerIn(namespace)
})

afterAll(async () => {
  await runner.close()
  await namespace.remove()
})

// Ignores every request to end, and has a child that does.
const stubborn = bash("trap '' TERM INT HUP; echo begun; sleep 60 & sleep 60")

/** Milliseconds from the request until nothing of the run is left. */
async function cancelledWhen(ask: (begun: Promise<void>) => Promise<unknown>): Promise<number> {
  const cancel = new AbortController()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const over = runner.run({ ...stubborn, limits: smallLimits, signal: cancel.signal }, () => begin())
  await ask(begun)
  const askedAt = performance.now()
  cancel.abort()
  expect(await over).toMatchObject({ kind: 'cancelled' })
  return performance.now() - askedAt
}

function tell(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b)
  const quick = times.filter((ms) => ms <= 1_000).length
  const [median, most] = [sorted[sorted.length >> 1], sorted.at(-1)].map((ms) => Math.round(ms ?? 0))
  console.log(
    `cancelled ${what}: median ${median} ms, most ${most} ms, ${quick} of ${times.length} within 1 s`,
  )
}

test(`${runs} of ${runs} whose script runs are over, and nothing is left of them`, async () => {
  const times: number[] = []
  for (let count = 0; count < runs; count += 1) times.push(await cancelledWhen((begun) => begun))
  tell('while they run', times)
  expect(await namespace.pods()).toEqual([])
}, 600_000)

test('so are those that have not started yet', async () => {
  const times: number[] = []
  for (let delayMs = 0; delayMs < 1_500; delayMs += 75)
    times.push(await cancelledWhen((begun) => Promise.race([begun, pause(delayMs)])))
  tell('before they run', times)
  expect(await namespace.pods()).toEqual([])
}, 600_000)

/** Pods that are cancelled while their script runs: each is over, nothing of it is left, and how long that takes. */
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

/** Milliseconds from the request until nothing of the run is left. */
async function cancelled(): Promise<number> {
  const cancel = new AbortController()
  let askedAt = Number.NaN
  // Ignores every request to end.
  const request = bash("trap '' TERM INT HUP; echo begun; sleep 60 & sleep 60")
  const outcome = await runner.run({ ...request, limits: smallLimits, signal: cancel.signal }, () => {
    if (!Number.isNaN(askedAt)) return
    askedAt = performance.now()
    cancel.abort()
  })
  expect(outcome).toMatchObject({ kind: 'cancelled' })
  return performance.now() - askedAt
}

test(`${runs} of ${runs} are over, and nothing is left of them`, async () => {
  const times: number[] = []
  for (let count = 0; count < runs; count += 1) times.push(await cancelled())
  const sorted = times.toSorted((a, b) => a - b)
  const quick = times.filter((ms) => ms <= 1_000).length
  console.log(
    `canceled: median ${Math.round(sorted[runs >> 1] ?? 0)} ms, most ${Math.round(sorted.at(-1) ?? 0)} ms, ${quick} of ${runs} within a second`,
  )
  expect(await namespace.pods()).toEqual([])
}, 600_000)

/** Runs through an API server that fails: each says what it has to say once, ends, and leaves nothing. */
import type { KubernetesRunner } from '@braid/runner/isolation/kubernetes/kubernetes.ts'
import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Asked, type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { bash, createNamespace, type Namespace, python, run, runnerIn, until } from './namespace.ts'

let namespace: Namespace
let proxy: FaultProxy
let runner: KubernetesRunner

beforeAll(async () => {
  namespace = await createNamespace('braid-faults')
  const config = new KubeConfig()
  config.loadFromFile(process.env.BRAID_TEST_KUBECONFIG ?? '')
  proxy = await startFaultProxy(config.getCurrentCluster()?.server ?? '')
  runner = await runnerIn(namespace, { kubeconfig: await namespace.kubeconfig(proxy.url) })
})

beforeEach(() => proxy.setFaults(() => undefined))

afterAll(async () => {
  proxy.setFaults(() => undefined)
  await runner.close()
  await proxy.close()
  await namespace.remove()
})

const script = python(
  'import time, braid\nfor n in range(60): print(n); time.sleep(0.05)\nbraid.result("all")',
)
const numbers = `${Array.from({ length: 60 }, (_, n) => n).join('\n')}\n`
const everySecond = (fault: Fault) => {
  let count = 0
  return (): Fault | undefined => (count++ % 2 === 0 ? fault : undefined)
}
const only = (which: (asked: Asked) => boolean, fault: () => Fault | undefined) => (asked: Asked) =>
  which(asked) ? fault() : undefined
const status = (code: number, headers = {}): Fault => ({ kind: 'answer', status: code, headers })
const isCreation = ({ method, url }: Asked): boolean => method === 'POST' && url.endsWith('/pods')
const forgotten = `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, message: 'too old' } })}\n`

describe('a run is whole', () => {
  test.each<[string, () => (asked: Asked) => Fault | undefined]>([
    ['when every second request is one too many', () => everySecond(status(429, { 'retry-after': '0' }))],
    ['when every second request fails in the server', () => everySecond(status(500))],
    ['when every second request meets no server', () => everySecond(status(503))],
    ['when every second connection breaks before its answer', () => everySecond({ kind: 'reset' })],
    ['when the answer to its creation is lost', () => only(isCreation, everySecond({ kind: 'lose-answer' }))],
    ['when every second answer is lost', () => everySecond({ kind: 'lose-answer' })],
    [
      'when its log breaks off again and again',
      () =>
        only(
          ({ isLog }) => isLog,
          () => ({ kind: 'break-after', bytes: 4_000 }),
        ),
    ],
    [
      'when its log breaks off after next to nothing',
      () => only(({ isLog }) => isLog, everySecond({ kind: 'break-after', bytes: 10 })),
    ],
    [
      'when watches break off',
      () =>
        only(
          ({ isWatch }) => isWatch,
          () => ({ kind: 'break-after', bytes: 3_000 }),
        ),
    ],
    [
      'when watches are of a version that is forgotten',
      () => only(({ isWatch }) => isWatch, everySecond(status(410))),
    ],
    [
      'when watches forget their version on the way',
      () => only(({ isWatch }) => isWatch, everySecond({ kind: 'answer', status: 200, text: forgotten })),
    ],
    [
      'when watches say nothing',
      () =>
        only(
          ({ isWatch }) => isWatch,
          () => ({ kind: 'silent' }),
        ),
    ],
    ['when all is slow', () => () => ({ kind: 'slow', ms: 150 })],
  ])('%s', async (_, faults) => {
    const one = await runnerIn(namespace, {
      owner: 'faulty',
      kubeconfig: await namespace.kubeconfig(proxy.url),
    })
    proxy.setFaults(faults())
    const before = proxy.asked.length
    const { outcome, stdout } = await run(one, { ...script, id: `faulty-${before}` })
    expect(outcome).toMatchObject({ kind: 'completed', exitCode: 0, result: { ok: true, value: 'all' } })
    expect(stdout).toBe(numbers)
    proxy.setFaults(() => undefined)
    await one.close()
    expect(await namespace.pods()).toEqual([])
  })

  test('when nobody answers for some seconds', async () => {
    const heard = Promise.withResolvers<void>()
    const running = run(runner, script, () => heard.resolve())
    await heard.promise
    proxy.setFaults(() => ({ kind: 'reset' }))
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    proxy.setFaults(() => undefined)
    expect(await running).toMatchObject({ outcome: { kind: 'completed' }, stdout: numbers })
  })
})

describe('a run is cancelled', () => {
  test.each<[string, () => (asked: Asked) => Fault | undefined]>([
    [
      'when deleting fails at first',
      () => only(({ method }) => method === 'DELETE', everySecond(status(500))),
    ],
    [
      'when the answer to deleting is lost',
      () => only(({ method }) => method === 'DELETE', everySecond({ kind: 'lose-answer' })),
    ],
    [
      'when watches say nothing',
      () =>
        only(
          ({ isWatch }) => isWatch,
          () => ({ kind: 'silent' }),
        ),
    ],
  ])('%s', async (_, faults) => {
    const controller = new AbortController()
    const heard = Promise.withResolvers<void>()
    const running = run(runner, { ...bash('echo on; sleep 600'), signal: controller.signal }, () =>
      heard.resolve(),
    )
    await heard.promise
    proxy.setFaults(faults())
    controller.abort()
    expect((await running).outcome.kind).toBe('cancelled')
    expect(await namespace.pods()).toEqual([])
  })

  test('while it is created, and leaves nothing', async () => {
    proxy.setFaults(only(isCreation, () => ({ kind: 'lose-answer' })))
    const running = run(runner, { ...bash('sleep 600'), signal: AbortSignal.timeout(300) })
    expect((await running).outcome.kind).toBe('cancelled')
    proxy.setFaults(() => undefined)
    await until('nothing is left', async () => (await namespace.pods()).length === 0)
  })
})

test('a run fails in words when Kubernetes keeps failing', async () => {
  proxy.setFaults(only(isCreation, () => status(500)))
  expect((await run(runner, bash('true'))).outcome).toMatchObject({
    kind: 'runner-failed',
    message: 'Kubernetes refuses the pod: a fault',
  })
})

test('what is not on the list of images is refused without asking anybody', async () => {
  const before = proxy.asked.filter(({ isWatch }) => !isWatch).length
  await run(runner, { language: 'cobol', source: '' })
  await run(runner, { ...bash('true'), version: 'evil.example/image:1' })
  expect(proxy.asked.filter(({ isWatch }) => !isWatch).length).toBe(before)
})

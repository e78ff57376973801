/** Pods that do not start: what is wrong is told, by whom it is. */
import type { KubernetesRunner } from '@braid/runner/isolation/kubernetes/kubernetes.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bash, createNamespace, image, type Namespace, run, runnerIn, until } from './namespace.ts'

let namespace: Namespace
let runner: KubernetesRunner

beforeAll(async () => {
  namespace = await createNamespace('braid-starts')
  runner = await runnerIn(namespace)
})

afterAll(async () => {
  await runner.close()
  await namespace.remove()
})

describe('a pod that does not start', () => {
  test('for want of its image says so', async () => {
    const lacking = await runnerIn(namespace, {
      owner: 'lacking',
      images: [{ language: 'bash', version: '5', image: 'registry.invalid/none:1' }],
    })
    const { outcome } = await run(lacking, bash('true'))
    expect(outcome).toMatchObject({
      kind: 'runner-failed',
      message: expect.stringMatching(/ImagePullBackOff.*registry\.invalid/s),
    })
    await lacking.close()
  })

  test('for want of a node says so when its patience ends', async () => {
    const hurried = await runnerIn(namespace, { owner: 'hurried', startPatienceMs: 3_000 })
    const { outcome } = await run(hurried, { ...bash('true'), limits: { cpus: 40 } })
    expect(outcome).toMatchObject({
      kind: 'runner-failed',
      message: expect.stringMatching(/did not start within 3 s: Unschedulable.*Insufficient cpu/s),
    })
    expect(await namespace.pods()).toEqual([])
    await hurried.close()
  })

  test('because its image lacks what runs it says so', async () => {
    const lacking = await runnerIn(namespace, {
      owner: 'lacking',
      images: [{ language: 'bash', version: '5', image: 'braid.test/pause:1' }],
    })
    const { outcome } = await run(lacking, bash('true'))
    expect(outcome).toMatchObject({ kind: 'runner-failed', message: expect.stringContaining('perl') })
    await lacking.close()
  })

  test('because its image lacks the interpreter says so', async () => {
    const lacking = await runnerIn(namespace, {
      owner: 'lacking',
      images: [{ language: 'ruby', version: '3', image }],
    })
    const { outcome } = await run(lacking, { language: 'ruby', source: '' })
    expect(outcome).toMatchObject({
      kind: 'runner-failed',
      message: expect.stringContaining("can't run ruby: No such file or directory"),
    })
    await lacking.close()
  })

  test('because the quota is used up says so', async () => {
    const path = `/api/v1/namespaces/${namespace.name}/resourcequotas/runs`
    const allow = async (pods: string): Promise<void> => {
      await namespace.admin.call('PATCH', path, { body: { spec: { hard: { pods } } } })
      await until('the quota counts', async () => {
        const quota = await namespace.admin.call<{ status: { hard: { pods: string } } }>('GET', path)
        return quota.ok && quota.value.status.hard.pods === pods
      })
    }
    await allow('0')
    expect((await run(runner, bash('true'))).outcome).toMatchObject({
      kind: 'runner-failed',
      message: expect.stringContaining('exceeded quota'),
    })
    await allow('100')
  })
})

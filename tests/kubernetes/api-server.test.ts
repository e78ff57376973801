/** What the API server lets the runner do, and what it holds back. No pod of these tests runs. */

import { type Connection, connect } from '@braid/runner/isolation/kubernetes/connection.ts'
import { createKubernetesRunner } from '@braid/runner/isolation/kubernetes/kubernetes.ts'
import { podOf } from '@braid/runner/isolation/kubernetes/manifest.ts'
import { watchPods } from '@braid/runner/isolation/kubernetes/watch.ts'
import { defaultLimits } from '@braid/runner/runner.ts'
import type { V1Pod } from '@kubernetes/client-node'
import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createNamespace, image, images, type Namespace, until } from './namespace.ts'

let namespace: Namespace
let runner: Connection
const options = { owner: 'server-1', startPatienceMs: 60_000 }
const podsOf = (name: string): string => `/api/v1/namespaces/${name}/pods`

/** Of a node that does not exist, so that it stays as it is. */
async function idlePod(name: string, change: Partial<V1Pod['spec']> = {}): Promise<V1Pod> {
  const request = { ...{ language: 'bash', source: 'true' }, limits: defaultLimits }
  const pod = await podOf({ name, image, request, nonce: 'n' }, options)
  return {
    ...pod,
    spec: { ...pod.spec, nodeSelector: { none: 'such' }, ...change } as V1Pod['spec'],
  } as V1Pod
}

const statusOf = async (
  method: 'GET' | 'POST' | 'DELETE' | 'PATCH',
  path: string,
  body?: unknown,
): Promise<number> => {
  const answer = await runner.call(method, path, body === undefined ? {} : { body })
  return answer.ok ? 200 : answer.error.status
}

beforeAll(async () => {
  namespace = await createNamespace('braid-api')
  const config = new KubeConfig()
  config.loadFromFile(await namespace.kubeconfig())
  runner = connect(config)
})

afterAll(async () => {
  runner.close()
  await namespace.remove()
})

describe('the account of the runner', () => {
  test('makes the pods of runs, once by each name, and deletes them', async () => {
    const pods = podsOf(namespace.name)
    expect(await statusOf('POST', pods, await idlePod('one'))).toBe(200)
    expect(await statusOf('POST', pods, await idlePod('one'))).toBe(409)
    expect(await statusOf('DELETE', `${pods}/one`, { gracePeriodSeconds: 0 })).toBe(200)
    await until('it is gone', async () => (await statusOf('GET', `${pods}/one`)) === 404)
    expect(await statusOf('DELETE', `${pods}/one`)).toBe(404)
  })

  test.each([
    ['reads secrets', 'GET', '/api/v1/namespaces/braid-api/secrets'],
    ['makes config maps', 'POST', '/api/v1/namespaces/braid-api/configmaps', { metadata: { name: 'x' } }],
    ['sees pods of other namespaces', 'GET', '/api/v1/namespaces/default/pods'],
    ['sees all pods', 'GET', '/api/v1/pods'],
    ['sees nodes', 'GET', '/api/v1/nodes'],
    ['runs commands in pods', 'POST', '/api/v1/namespaces/braid-api/pods/one/exec?command=id'],
    [
      'changes roles',
      'PATCH',
      '/apis/rbac.authorization.k8s.io/v1/namespaces/braid-api/roles/braid-runner',
      {},
    ],
    [
      'deletes the policy',
      'DELETE',
      '/apis/networking.k8s.io/v1/namespaces/braid-api/networkpolicies/deny-all',
    ],
    ['gets tokens', 'POST', '/api/v1/namespaces/braid-api/serviceaccounts/braid-runner/token', { spec: {} }],
  ] as const)('never %s', async (_, method, path, body?: unknown) => {
    expect(await statusOf(method, path, body)).toBe(403)
  })

  test.each([
    ['shares the processes of its node', { hostPID: true }],
    ['shares the network of its node', { hostNetwork: true }],
    [
      'mounts a folder of its node',
      { containers: [{ name: 'script', image }], volumes: [{ name: 'host', hostPath: { path: '/' } }] },
    ],
    ['is privileged', { containers: [{ name: 'script', image, securityContext: { privileged: true } }] }],
    ['runs as root', { securityContext: { runAsUser: 0 } }],
  ])('makes no pod that %s', async (_, change) => {
    const answer = await runner.call('POST', podsOf(namespace.name), {
      body: await idlePod('powerful', change),
    })
    expect(answer).toMatchObject({
      ok: false,
      error: { status: 403, message: expect.stringContaining('restricted') },
    })
  })
})

describe('a runner at start', () => {
  const create = async (more: object = {}) =>
    await createKubernetesRunner({
      kubeconfig: await namespace.kubeconfig(),
      namespace: namespace.name,
      owner: 'server-1',
      images,
      ...more,
    })

  test('warns of nothing that is there', async () => {
    const made = await create()
    if (!made.ok) throw new Error(made.error)
    expect(made.value.warnings.filter((warning) => !warning.includes('digest'))).toEqual([
      'no runtime class is set: scripts share the kernel of their node',
    ])
    await made.value.close()
  })

  test('warns where nothing keeps pods in', async () => {
    const open = await createNamespace('braid-open', ['NetworkPolicy'])
    await open.admin.call('PATCH', '/api/v1/namespaces/braid-open', {
      body: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': null } } },
    })
    const made = await create({ kubeconfig: await open.kubeconfig(), namespace: 'braid-open' })
    if (!made.ok) throw new Error(made.error)
    expect(made.value.warnings).toEqual(
      expect.arrayContaining([
        expect.stringContaining('takes pods that reach their node'),
        expect.stringContaining('scripts reach the network'),
      ]),
    )
    await made.value.close()
    await open.remove()
  })

  test('is refused with the right that is missing', async () => {
    const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/braid-few/roles/braid-runner'
    const few = await createNamespace('braid-few')
    const rules = [
      { apiGroups: [''], resources: ['pods'], verbs: ['create', 'get', 'list', 'watch', 'patch'] },
    ]
    await few.admin.call('PATCH', path, { body: { rules } })
    expect(await create({ kubeconfig: await few.kubeconfig(), namespace: 'braid-few' })).toEqual({
      ok: false,
      error:
        'its account in the namespace braid-few lacks the right to delete pods, get pods/log, create secrets',
    })
    await few.remove()
  })

  test('is refused with a runtime class that the cluster lacks', async () => {
    expect(await create({ runtimeClass: 'gvisor' })).toMatchObject({
      ok: false,
      error: expect.stringContaining('RuntimeClass "gvisor" not found'),
    })
  })

  test('is refused without an image, and with a language that nobody knows', async () => {
    expect(await create({ images: [] })).toMatchObject({
      ok: false,
      error: expect.stringContaining('images'),
    })
    const unknown = await create({ images: [{ language: 'cobol', version: '1', image }] })
    expect(unknown).toMatchObject({ ok: false, error: expect.stringContaining('cobol') })
  })
})

describe('a watch', () => {
  test('tells of pods that come, change and go', async () => {
    const told: string[] = []
    const watch = watchPods(runner, podsOf(namespace.name), 'braid/owner=server-1')
    watch.follow('seen', (_, pod) => {
      told.push(pod === undefined ? 'gone' : (pod.metadata?.annotations?.mark ?? 'there'))
    })
    const path = `${podsOf(namespace.name)}/seen`
    await runner.call('POST', podsOf(namespace.name), { body: await idlePod('seen') })
    await until('it is told', () => told.includes('there'))
    await runner.call('PATCH', path, { body: { metadata: { annotations: { mark: 'changed' } } } })
    await until('the change is told', () => told.includes('changed'))
    await runner.call('DELETE', path, { body: { gracePeriodSeconds: 0 } })
    await until('its end is told', () => told.at(-1) === 'gone')
    await watch.close()
  })
})

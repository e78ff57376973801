/** A namespace for one file of tests, as `install.yaml` makes it, and requests to the API server around the runner. */
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Connection, connect } from '@braid/runner/isolation/kubernetes/connection.ts'
import {
  createKubernetesRunner,
  type KubernetesOptions,
  type KubernetesRunner,
} from '@braid/runner/isolation/kubernetes/kubernetes.ts'
import {
  defaultLimits,
  type Limits,
  type Outcome,
  type OutputChunk,
  type RunRequest,
} from '@braid/runner/runner.ts'
import { KubeConfig, type V1PodList } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { parseAllDocuments } from 'yaml'

export const image = 'braid.test/scripts:1'
export const images = [
  { language: 'python', version: '3.11', image },
  { language: 'javascript', version: '24', image },
  { language: 'typescript', version: '24', image },
  { language: 'bash', version: '5.2', image },
] as const

export type Namespace = {
  readonly name: string
  /** As an administrator. */
  readonly admin: Connection
  /** Path of a kubeconfig with the account of the runner, for another address when one is given. */
  kubeconfig(server?: string): Promise<string>
  pods(): Promise<V1PodList['items']>
  /** Also some time after it was removed. */
  exists(): Promise<boolean>
  remove(): Promise<void>
}

const installFile = new URL('../../runner/src/isolation/kubernetes/install.yaml', import.meta.url)

type Manifest = { kind: string; metadata: { name: string; namespace?: string }; [more: string]: unknown }

const collections: Readonly<Record<string, string>> = {
  Namespace: '/api/v1/namespaces',
  ServiceAccount: '/api/v1/namespaces/NAME/serviceaccounts',
  Role: '/apis/rbac.authorization.k8s.io/v1/namespaces/NAME/roles',
  RoleBinding: '/apis/rbac.authorization.k8s.io/v1/namespaces/NAME/rolebindings',
  NetworkPolicy: '/apis/networking.k8s.io/v1/namespaces/NAME/networkpolicies',
  ResourceQuota: '/api/v1/namespaces/NAME/resourcequotas',
}

/** The manifests for another namespace, without some kinds. */
function manifestsFor(namespace: string, without: readonly string[]): readonly Manifest[] {
  const text = readFileSync(installFile, 'utf8').replaceAll('braid-runs', namespace)
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest)
    .filter(({ kind }) => !without.includes(kind))
}

export async function createNamespace(name: string, without: readonly string[] = []): Promise<Namespace> {
  const path = process.env.BRAID_TEST_KUBECONFIG
  if (path === undefined) throw new Error('no cluster: run these tests by `npm run test:kubernetes`')
  const config = new KubeConfig()
  config.loadFromFile(path)
  const admin = connect(config)
  const folder = await mkdtemp(join(tmpdir(), 'braid-kubernetes-'))
  for (const manifest of manifestsFor(name, without)) {
    const collection = collections[manifest.kind] ?? ''
    await done(admin.call('POST', collection.replace('NAME', name), { body: manifest }))
  }
  const token = await done(
    admin.call<{ status: { token: string } }>(
      'POST',
      `/api/v1/namespaces/${name}/serviceaccounts/braid-runner/token`,
      {
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: { expirationSeconds: 36_000 },
        },
      },
    ),
  )
  return {
    name,
    admin,
    kubeconfig: async (server) => {
      const cluster = config.getCurrentCluster()
      const file = join(folder, `${server === undefined ? 'direct' : new URL(server).port}.json`)
      const text = JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [
          {
            name: 'test',
            cluster:
              server === undefined
                ? { server: cluster?.server, 'certificate-authority-data': cluster?.caData }
                : { server, 'insecure-skip-tls-verify': true },
          },
        ],
        users: [{ name: 'runner', user: { token: token.status.token } }],
        contexts: [{ name: 'test', context: { cluster: 'test', user: 'runner' } }],
        'current-context': 'test',
      })
      await writeFile(file, text, { mode: 0o600 })
      return file
    },
    pods: async () => (await done(admin.call<V1PodList>('GET', `/api/v1/namespaces/${name}/pods`))).items,
    exists: async () => (await admin.call('GET', `/api/v1/namespaces/${name}`)).ok,
    remove: async () => {
      await admin.call('DELETE', `/api/v1/namespaces/${name}`)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function done<T>(answer: Promise<{ ok: true; value: T } | { ok: false; error: unknown }>): Promise<T> {
  const result = await answer
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

/** Throws when there is none. */
export async function runnerIn(
  namespace: Namespace,
  options: Partial<KubernetesOptions> = {},
): Promise<KubernetesRunner> {
  const made = await createKubernetesRunner({
    kubeconfig: await namespace.kubeconfig(),
    namespace: namespace.name,
    owner: 'server-1',
    images,
    ...options,
  })
  if (!made.ok) throw new Error(made.error)
  return made.value
}

/** Of a machine with few processors several run at once. */
export const smallLimits: Limits = { ...defaultLimits, cpus: 0.25 }

export type Ran = {
  readonly outcome: Outcome
  readonly chunks: readonly OutputChunk[]
  readonly stdout: string
  readonly stderr: string
}

export async function run(
  runner: KubernetesRunner,
  request: Omit<RunRequest, 'limits'> & { readonly limits?: Partial<Limits> },
  onText: (text: string) => void = () => undefined,
): Promise<Ran> {
  const chunks: OutputChunk[] = []
  const outcome = await runner.run({ ...request, limits: { ...smallLimits, ...request.limits } }, (more) => {
    chunks.push(...more)
    for (const { text } of more) onText(text)
  })
  const textOf = (stream: string): string =>
    chunks
      .filter((chunk) => chunk.stream === stream)
      .map(({ text }) => text)
      .join('')
  return { outcome, chunks, stdout: textOf('stdout'), stderr: textOf('stderr') }
}

export const python = (source: string) => ({ language: 'python', source })
export const bash = (source: string) => ({ language: 'bash', source })

/** Waits for a state that must come. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 60_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`gave up waiting until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Processes with exactly that command line, on this machine, which is the node. */
export async function processesThat(command: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(join('/proc', id, 'cmdline'), 'utf8').catch(() => '')
    if (line.replaceAll('\0', ' ').trim() === command) found.push(id)
  }
  return found
}

export const isCompleted = (exitCode: number) => expect.objectContaining({ kind: 'completed', exitCode })

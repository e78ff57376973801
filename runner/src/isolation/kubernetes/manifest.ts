/**
 * The objects of a run: its pod, and the secret with its files. A secret rather than a config map, for nodes keep those in
 * memory only, clusters can encrypt them, and who may create but not read them (`install.yaml`) learns nothing of others.
 * Nothing that a user wrote stands in the pod; script, input and paths are data of the secret.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { V1Container, V1Pod, V1Secret, V1Volume } from '@kubernetes/client-node'
import type { Language } from '../../languages.ts'
import { moduleSources } from '../../modules.ts'
import type { RunRequest } from '../../runner.ts'

/** An image that may be used: what a language and version run in. */
export type RunImage = {
  readonly language: string
  readonly version: string
  /** With its digest, so that it stays the same: `python:3.13-slim@sha256:…`. It must hold the interpreter and Perl. */
  readonly image: string
}

export type PodOptions = {
  /** Of the server that follows the runs, among those on the namespace: a label. */
  readonly owner: string
  /** A runtime class of the cluster, e.g. one for gVisor; absent: the cluster's default. */
  readonly runtimeClass?: string
  /** A user namespace for each pod; nodes must be able to (Kubernetes 1.33 with containerd 2). */
  readonly userNamespaces?: boolean
  /** How long a pod may take until its script starts: for a free node, and for its image. */
  readonly startPatienceMs: number
}

export const labels = { run: 'braid/run', owner: 'braid/owner' } as const
export const digestAnnotation = 'braid/digest'
export const containerName = 'script'

const supervisor = readFileSync(new URL('./supervisor.pl', import.meta.url), 'utf8')
const nonceVariable = 'BRAID_NONCE'
const modulesPath = '/braid/modules'
/** What a secret may hold, less what it holds beside the files of the run. */
const maxFileBytes = 1_000_000
const maxFiles = 100
const mebibyte = 1024 * 1024
/** Less, and runc can't start a container. */
const minMemoryBytes = 64 * mebibyte
/** Of the log, on the disk of the node: output in base64, twice, for the kubelet rotates it late. */
const logBytesOf = (outputBytes: number): number => 64 * mebibyte + 3 * outputBytes
/** After the deadline that the process in the pod keeps. */
const podGraceSeconds = 15

const idPattern = /^[a-z0-9]([-a-z0-9]{0,48}[a-z0-9])?$/

/** Name of a pod, from the id of a run; one that can't be part of a name goes by its digest. */
export const podNameOf = (id: string): string =>
  `braid-run-${idPattern.test(id) ? id : digestOf(id).slice(0, 40)}`

/** Tells runs apart that were given the same id by mistake. */
export const digestOfRequest = ({
  language,
  version,
  source,
  stdin,
  files,
  input,
  limits,
}: RunRequest): string => digestOf(JSON.stringify([language, version, source, stdin, files, input, limits]))

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What the secret of the run holds, by key; a request that does not fit is refused. */
export async function filesOf(language: Language, request: RunRequest): Promise<Result<Files, string>> {
  const { source, files = {}, input = {}, stdin = '', limits } = request
  if (Object.keys(files).length > maxFiles) return failure(`expected at most ${maxFiles} files`)
  for (const path of Object.keys(files)) {
    if (!/^[\w.-]+(\/[\w.-]+)*$/.test(path) || path.split('/').includes('..') || path === language.file)
      return failure(
        `expected a relative path of a file other than ${language.file}, but it was ${JSON.stringify(path)}`,
      )
  }
  const own = [...Object.entries({ [language.file]: source, ...files })]
  const given = { stdin, input: JSON.stringify(input) }
  const bytes = [...own.map(([, content]) => content), ...Object.values(given)]
    .map((content) => Buffer.byteLength(content))
    .reduce((sum, size) => sum + size, 0)
  if (bytes > maxFileBytes)
    return failure(
      `expected script, files and input of at most ${maxFileBytes} bytes together, but it was ${bytes}`,
    )
  const script = `/tmp/${language.file}`
  const plan = [
    `wall ${Math.round(limits.wallMs)}`,
    `processes ${limits.processes}`,
    `disk ${limits.diskBytes}`,
    `output ${limits.outputBytes}`,
    ...[language.commands.at(-1) ?? '', ...language.arguments(script)].map((word) => `command ${word}`),
    ...Object.entries(language.environment?.(modulesPath) ?? {}).map(
      ([name, value]) => `set ${name} ${value}`,
    ),
    ...own.map(([path], index) => `file file-${index} ${path}`),
  ]
  const contents = own.map(([, content], index) => [`file-${index}`, content] as const)
  return success({
    ...(await modules()),
    ...given,
    supervisor,
    plan: plan.join('\n'),
    ...Object.fromEntries(contents),
  })
}

export type Files = Readonly<Record<string, string>>

async function modules(): Promise<Files> {
  const names = await readdir(moduleSources)
  const contents = names.map(
    async (name) => [name, await readFile(join(moduleSources, name), 'utf8')] as const,
  )
  return Object.fromEntries(await Promise.all(contents))
}

/** Goes with its pod. */
export function secretOf(pod: V1Pod, files: Files): V1Secret {
  const { name = '', uid = '' } = pod.metadata ?? {}
  return {
    metadata: {
      name: secretNameIn(pod),
      labels: pod.metadata?.labels ?? {},
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid }],
    },
    type: 'braid/run',
    immutable: true,
    data: Object.fromEntries(
      Object.entries(files).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
    ),
  }
}

export const nonceIn = (pod: V1Pod): string =>
  pod.spec?.containers[0]?.env?.find(({ name }) => name === nonceVariable)?.value ?? ''

const secretNameIn = (pod: V1Pod): string => pod.spec?.volumes?.[0]?.secret?.secretName ?? ''

export type PodPlan = {
  readonly name: string
  readonly image: string
  readonly request: RunRequest
  /** Random; the script never learns it. */
  readonly nonce: string
}

export async function podOf(plan: PodPlan, options: PodOptions): Promise<V1Pod> {
  const { name, request } = plan
  const { runtimeClass, userNamespaces = false } = options
  const user = userOf(name, userNamespaces)
  return {
    metadata: {
      name,
      labels: { [labels.run]: 'true', [labels.owner]: options.owner },
      annotations: { [digestAnnotation]: digestOfRequest(request) },
    },
    spec: {
      restartPolicy: 'Never',
      activeDeadlineSeconds:
        Math.ceil((options.startPatienceMs + request.limits.wallMs) / 1_000) + podGraceSeconds,
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(userNamespaces ? { hostUsers: false } : {}),
      ...(runtimeClass === undefined ? {} : { runtimeClassName: runtimeClass }),
      // There is no network; so at least names fail at once.
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['127.0.0.1'] },
      securityContext: {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [containerOf(plan)],
      volumes: await volumesOf(plan),
    },
  }
}

function containerOf({ image, request: { limits }, nonce }: PodPlan): V1Container {
  const resources = {
    cpu: `${Math.max(10, Math.round(limits.cpus * 1_000))}m`,
    memory: String(Math.max(minMemoryBytes, limits.memoryBytes)),
    'ephemeral-storage': String(logBytesOf(limits.outputBytes)),
  }
  return {
    name: containerName,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['perl', '/braid/run/supervisor'],
    workingDir: '/tmp',
    // Process 1 takes the order to end from it.
    stdin: true,
    env: [
      { name: nonceVariable, value: nonce },
      { name: 'PERL_BADLANG', value: '0' },
    ],
    resources: { limits: resources, requests: resources },
    securityContext: {
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'run', mountPath: '/braid/run', readOnly: true },
      { name: 'modules', mountPath: modulesPath, readOnly: true },
      // Node looks for packages in the folders above a script.
      { name: 'modules', mountPath: '/node_modules/braid', readOnly: true },
      { name: 'scratch', mountPath: '/tmp' },
    ],
  }
}

async function volumesOf({ name, request, nonce }: PodPlan): Promise<V1Volume[]> {
  // That of an earlier pod of the same name may still be there, about to go.
  const secretName = `${name}-${digestOf(nonce).slice(0, 8)}`
  const items = (await readdir(moduleSources)).map((key) => ({ key, path: key }))
  return [
    { name: 'run', secret: { secretName, defaultMode: 0o444 } },
    { name: 'modules', secret: { secretName, defaultMode: 0o444, items } },
    { name: 'scratch', emptyDir: { medium: 'Memory', sizeLimit: String(request.limits.diskBytes) } },
  ]
}

/**
 * A user of its own for each run, so that its limit of processes counts none of another's, and no other run's files or
 * processes would be its own. Inside a user namespace there is no other anyway, and ids end at 65535.
 */
const userOf = (name: string, userNamespaces: boolean): number =>
  userNamespaces ? 65_534 : 1_000_000 + (Number.parseInt(digestOf(name).slice(0, 8), 16) % 1_000_000_000)

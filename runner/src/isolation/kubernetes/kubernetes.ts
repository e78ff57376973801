/**
 * The tier for clusters: a pod for each run, on a node that Kubernetes chooses. Who may do what is the cluster's to say
 * (`install.yaml`); each pod is as restricted as Kubernetes allows. Invariants:
 * K1 a run has one pod, named after it; asking twice starts nothing twice;
 * K2 a run ends by itself, at its deadline or when it is cancelled; then its pod is deleted, and waited for;
 * K3 images come from the list that the operator gave, and nothing a user wrote stands in a pod.
 */
import { failure, type Result, success } from '@braid/core/base/result.ts'
import { languages } from '../../languages.ts'
import type { Outcome, Runner } from '../../runner.ts'
import { checkCluster } from './checks.ts'
import { type Cluster, deletePod, listPods, podsPath } from './cluster.ts'
import { connect } from './connection.ts'
import { labels, type PodOptions, type RunImage } from './manifest.ts'
import { runInPod } from './run.ts'
import { watchPods } from './watch.ts'

const defaultStartPatienceMs = 120_000
/** What a label may be. */
const ownerPattern = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/

export type KubernetesOptions = Omit<PodOptions, 'startPatienceMs'> & {
  readonly startPatienceMs?: number
  /** Path of a kubeconfig; absent: as kubectl finds it, or the account of the pod that Braid runs in. */
  readonly kubeconfig?: string
  /** For runs alone. */
  readonly namespace: string
  /** All that may be used; the first of a language is the one that is taken where none is asked for. */
  readonly images: readonly RunImage[]
}

export type KubernetesRunner = Runner & {
  /** Deletes the pods of servers other than these; how many. */
  sweep(livingOwners: readonly string[]): Promise<number>
}

/** Looks at what the cluster allows, and answers with a runner, or with the reason why there is none. */
export async function createKubernetesRunner(
  options: KubernetesOptions,
): Promise<Result<KubernetesRunner, string>> {
  const { namespace, images, owner, kubeconfig } = options
  if (!ownerPattern.test(owner))
    return failure(`expected the name of a server that can be a label, but it was ${JSON.stringify(owner)}`)
  const unknown = images.find(({ language }) => !languages.some(({ name }) => name === language))
  if (unknown !== undefined)
    return failure(
      `expected one of the languages ${languages.map(({ name }) => name).join(', ')}, but it was ${unknown.language}`,
    )
  // It is large, and few need it.
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  try {
    if (kubeconfig === undefined) config.loadFromDefault()
    else config.loadFromFile(kubeconfig)
    const connection = connect(config)
    const podOptions = { ...options, startPatienceMs: options.startPatienceMs ?? defaultStartPatienceMs }
    const checked = await checkCluster({ connection, namespace, options: podOptions }, images)
    if (!checked.ok) {
      connection.close()
      return checked
    }
    const watch = watchPods(connection, podsPath(namespace), `${labels.owner}=${owner}`)
    const cluster = { connection, namespace, options: podOptions, watch }
    return success(kubernetesRunner(cluster, images, checked.value))
  } catch (error) {
    return failure(
      `can't use the configuration of Kubernetes: ${error instanceof Error ? error.message : error}`,
    )
  }
}

function kubernetesRunner(
  cluster: Cluster,
  images: readonly RunImage[],
  warnings: readonly string[],
): KubernetesRunner {
  const running = new Set<Promise<Outcome>>()
  const stopped = new AbortController()
  return {
    tier: 'kubernetes',
    runtimes: images.map(({ language, version }) => ({ language, version, fullVersion: version })),
    warnings,
    run: async (request, onOutput) => {
      const chosen = images.find(
        ({ language, version }) =>
          language === request.language && (request.version === undefined || version === request.version),
      )
      const language = languages.find(({ name }) => name === chosen?.language)
      const usage = { wallMs: 0, outputBytes: 0 }
      if (chosen === undefined || language === undefined) {
        const message = `there is no runtime for ${request.language} ${request.version ?? ''}`.trim()
        return { kind: 'runner-failed', message, usage }
      }
      const signals = request.signal === undefined ? [] : [request.signal]
      const signal = AbortSignal.any([stopped.signal, ...signals])
      if (signal.aborted) return { kind: 'cancelled', usage }
      const one = runInPod(cluster, language, chosen.image, { ...request, signal }, onOutput)
      running.add(one)
      try {
        return await one
      } finally {
        running.delete(one)
      }
    },
    sweep: async (living) =>
      await sweep(
        cluster,
        `${labels.run},${labels.owner} notin (${[cluster.options.owner, ...living].join(',')})`,
      ),
    close: async () => {
      stopped.abort()
      await Promise.allSettled(running)
      await sweep(cluster, `${labels.owner}=${cluster.options.owner}`)
      await cluster.watch.close()
      cluster.connection.close()
    },
  }
}

/** How many pods were deleted; what can't be deleted stays for the next time. */
async function sweep(cluster: Cluster, labelSelector: string): Promise<number> {
  let count = 0
  for (;;) {
    const pods = await listPods(cluster, labelSelector)
    const items = pods.ok ? pods.value.items : []
    let deleted = 0
    for (const pod of items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined))
      if ((await deletePod(cluster, pod, 1)).ok) deleted += 1
    count += deleted
    // A list holds so many only; there may be more.
    if (deleted === 0 || deleted < items.length) return count
  }
}

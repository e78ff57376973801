/**
 * Brings a run's pod about exactly once. Its name is the run's, so whoever asks a second time (a request whose answer got
 * lost, a server that started again) is told 409 and takes over the pod that is there.
 */

import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { V1Pod } from '@kubernetes/client-node'
import { type Cluster, createPod, createSecret, getPod, takeOver } from './cluster.ts'
import { paused } from './connection.ts'
import { digestAnnotation, type Files, secretOf } from './manifest.ts'

const pauseMs = 300
/** For an earlier pod of that name to go. */
const maxTries = 100

export async function createOrAdopt(
  cluster: Cluster,
  planned: V1Pod,
  files: Files,
  signal: AbortSignal,
  /** Told of the pod as soon as there is one, so that it goes also when the rest fails. */
  onPod: (pod: V1Pod) => void,
): Promise<Result<V1Pod, string>> {
  for (let tries = 1; ; tries += 1) {
    const created = await createPod(cluster, planned, signal)
    const pod = created.ok ? created : await existing(cluster, planned, created.error)
    if (!pod.ok) return pod
    if (pod.value !== undefined) {
      onPod(pod.value)
      return await withFiles(cluster, pod.value, files)
    }
    if (tries === maxTries) return failure('a pod of the same name is being deleted and does not go')
    await paused(pauseMs, signal)
  }
}

/** The pod that is there already; undefined when it goes. */
async function existing(
  cluster: Cluster,
  planned: V1Pod,
  refusal: { readonly status: number; readonly message: string },
): Promise<Result<V1Pod | undefined, string>> {
  const refused = failure(`Kubernetes refuses the pod: ${refusal.message}`)
  // Without an answer the pod may be there all the same.
  if (refusal.status !== 409 && refusal.status !== 0) return refused
  const name = planned.metadata?.name ?? ''
  const found = await getPod(cluster, name)
  if (!found.ok) return refusal.status === 409 && found.error.status === 404 ? success(undefined) : refused
  const { annotations, deletionTimestamp } = found.value.metadata ?? {}
  if (deletionTimestamp !== undefined) return success(undefined)
  if (annotations?.[digestAnnotation] !== planned.metadata?.annotations?.[digestAnnotation])
    return failure(`the pod ${name} is there already, for another script`)
  const taken = await takeOver(cluster, name, cluster.options.owner)
  return taken.ok ? taken : failure(`can't take over the pod ${name}: ${taken.error.message}`)
}

async function withFiles(cluster: Cluster, pod: V1Pod, files: Files): Promise<Result<V1Pod, string>> {
  const made = await createSecret(cluster, secretOf(pod, files))
  if (made.ok || made.error.status === 409) return success(pod)
  return failure(`Kubernetes refuses the files of the run: ${made.error.message}`)
}

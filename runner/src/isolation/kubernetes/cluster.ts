/** What the runs of a runner share, and the requests that they make. */

import type { Result } from '@braid/core/base/result.ts'
import type { CoreV1EventList, V1Pod, V1PodList, V1Secret } from '@kubernetes/client-node'
import type { ApiFailure } from './api-failure.ts'
import type { Connection } from './connection.ts'
import { containerName, labels, nonceIn, type PodOptions } from './manifest.ts'
import { warningsOf } from './outcome.ts'
import type { PodWatch } from './watch.ts'

export type Cluster = {
  readonly connection: Connection
  readonly namespace: string
  readonly options: PodOptions
  readonly watch: PodWatch
}

type Target = Pick<Cluster, 'connection' | 'namespace'>
type Answer<T> = Promise<Result<T, ApiFailure>>

const listSize = 500

export const podsPath = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`
export const podPath = ({ namespace }: Target, name: string): string => `${podsPath(namespace)}/${name}`

export const createPod = (
  { connection, namespace }: Target,
  pod: V1Pod,
  signal: AbortSignal,
): Answer<V1Pod> => connection.call('POST', podsPath(namespace), { body: pod, signal })

export const getPod = (target: Target, name: string, signal?: AbortSignal): Answer<V1Pod> =>
  target.connection.call('GET', podPath(target, name), signal === undefined ? {} : { signal })

export const createSecret = ({ connection, namespace }: Target, secret: V1Secret): Answer<V1Secret> =>
  connection.call('POST', `/api/v1/namespaces/${namespace}/secrets`, { body: secret })

/** Makes a pod that an earlier process started one of this runner's. */
export const takeOver = (target: Target, name: string, owner: string): Answer<V1Pod> =>
  target.connection.call('PATCH', podPath(target, name), {
    body: { metadata: { labels: { [labels.owner]: owner } } },
  })

/** With a grace of 0 it is gone at once, whether or not its node has ended it. */
export const deletePod = (target: Target, pod: V1Pod, graceSeconds: number): Answer<unknown> => {
  const { name = '', uid = '' } = pod.metadata ?? {}
  return target.connection.call('DELETE', podPath(target, name), {
    body: { gracePeriodSeconds: graceSeconds, preconditions: { uid }, propagationPolicy: 'Background' },
  })
}

/** Has process 1 of a pod end all that runs in it; resolves when it has. One that is not there: 404. */
export const endProcesses = (
  target: Target,
  pod: V1Pod,
  signal: AbortSignal,
): Promise<Result<undefined, ApiFailure>> => {
  const query = new URLSearchParams({ container: containerName, stdin: 'true', stderr: 'true' })
  const path = `${podPath(target, pod.metadata?.name ?? '')}/attach?${query}`
  return target.connection.say(path, `${nonceIn(pod)}\n`, signal)
}

/** The pods that the selector matches, the first of them when there are very many. */
export const listPods = ({ connection, namespace }: Target, labelSelector: string): Answer<V1PodList> =>
  connection.call(
    'GET',
    `${podsPath(namespace)}?${new URLSearchParams({ labelSelector, limit: String(listSize) })}`,
  )

/** What Kubernetes warns of about a pod; empty: nothing, or it may not be asked. */
export async function warningsAbout({ connection, namespace }: Target, name: string): Promise<string> {
  const query = new URLSearchParams({
    fieldSelector: `involvedObject.name=${name},type=Warning`,
    limit: '50',
  })
  const events = await connection.call<CoreV1EventList>(
    'GET',
    `/api/v1/namespaces/${namespace}/events?${query}`,
  )
  return events.ok ? warningsOf(events.value.items) : ''
}

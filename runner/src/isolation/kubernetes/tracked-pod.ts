/** The latest state of one pod, and waiting for another. */
import type { V1Pod } from '@kubernetes/client-node'
import { type Cluster, getPod } from './cluster.ts'

/** For what no watch may have told. */
const askAgainMs = 5_000

export type TrackedPod = {
  /** The pod to track, once it is known; before, that name may have been another's. */
  begin(pod: V1Pod): void
  /** As last seen, also when it is gone. */
  latest(): V1Pod | undefined
  isGone(): boolean
  /** False when the signal came first. */
  until(holds: () => boolean, signal: AbortSignal): Promise<boolean>
  stop(): void
}

export function trackPod(cluster: Cluster, name: string): TrackedPod {
  let latest: V1Pod | undefined
  let isGone = false
  /** Before it is known which one counts. */
  const early = new Map<string, V1Pod | undefined>()
  const waiting = new Set<() => void>()
  const update = (uid: string, pod: V1Pod | undefined): void => {
    if (latest === undefined) early.set(uid, pod)
    if (latest?.metadata?.uid !== uid) return
    if (pod === undefined) isGone = true
    else latest = pod
    for (const check of waiting) check()
  }
  const stop = cluster.watch.follow(name, update)
  const ask = async (signal: AbortSignal): Promise<void> => {
    const answer = await getPod(cluster, name, signal)
    if (answer.ok) update(answer.value.metadata?.uid ?? '', answer.value)
    else if (answer.error.status === 404) update(latest?.metadata?.uid ?? '', undefined)
  }
  return {
    begin: (pod) => {
      const { uid = '' } = pod.metadata ?? {}
      latest = early.get(uid) ?? pod
      isGone = early.has(uid) && early.get(uid) === undefined
      early.clear()
    },
    latest: () => latest,
    isGone: () => isGone,
    stop,
    until: (holds, signal) =>
      new Promise((resolve) => {
        const settle = (result: boolean): void => {
          clearInterval(timer)
          waiting.delete(check)
          signal.removeEventListener('abort', abort)
          resolve(result)
        }
        const check = (): void => {
          if (holds()) settle(true)
        }
        const abort = (): void => settle(false)
        const timer = setInterval(() => void ask(signal), askAgainMs)
        waiting.add(check)
        signal.addEventListener('abort', abort, { once: true })
        if (signal.aborted) abort()
        else check()
      }),
  }
}

/**
 * Keeps up with the pods of this runner: lists them, then watches from the version of the list on. A watch that breaks off
 * goes on from the last version seen; one whose version the server has forgotten (410) begins anew with a list.
 */
import type { Readable } from 'node:stream'
import type { V1Pod, V1PodList } from '@kubernetes/client-node'
import { type Connection, paused } from './connection.ts'
import { linesOf } from './lines.ts'

/** Between two watches; none misses what happened before it. */
const pauseMs = 100
const watchSeconds = 300
/** More than a pod can have. */
const maxEventBytes = 8 * 1024 * 1024

type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: V1Pod }
  | {
      readonly type: 'BOOKMARK'
      readonly object: { readonly metadata?: { readonly resourceVersion?: string } }
    }
  | { readonly type: 'ERROR'; readonly object: { readonly code?: number } }

/** The pod as it is now; undefined when the one with that id is gone. */
export type OnPod = (uid: string, pod: V1Pod | undefined) => void

export type PodWatch = {
  /** Tells of every change of the pod with that name until the answer is called. */
  follow(name: string, onPod: OnPod): () => void
  close(): Promise<void>
}

export function watchPods(connection: Connection, path: string, labelSelector: string): PodWatch {
  const stopped = new AbortController()
  const followers = new Map<string, Set<OnPod>>()
  /** Names and ids of the pods that are there. */
  const known = new Map<string, string>()

  const tell = ({ metadata }: V1Pod, pod: V1Pod | undefined): void => {
    const { name = '', uid = '' } = metadata ?? {}
    if (pod === undefined) known.delete(name)
    else known.set(name, uid)
    for (const onPod of followers.get(name) ?? []) onPod(uid, pod)
  }

  const list = async (): Promise<string | undefined> => {
    const query = new URLSearchParams({ labelSelector })
    const answer = await connection.call<V1PodList>('GET', `${path}?${query}`, { signal: stopped.signal })
    if (!answer.ok) return undefined
    const there = new Set(answer.value.items.map(({ metadata }) => metadata?.uid))
    // A pod that no list and no event has shown yet may be younger than this list.
    for (const [name, uid] of [...known]) if (!there.has(uid)) tell({ metadata: { name, uid } }, undefined)
    for (const pod of answer.value.items) tell(pod, pod)
    return answer.value.metadata?.resourceVersion
  }

  /** The version to go on from; undefined: from a new list. */
  const watch = async (resourceVersion: string): Promise<string | undefined> => {
    const query = new URLSearchParams({
      labelSelector,
      resourceVersion,
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(watchSeconds),
    })
    const opened = await connection.open(`${path}?${query}`, stopped.signal)
    if (!opened.ok) {
      return opened.error.status === 410 ? undefined : resourceVersion
    }
    let version: string | undefined = resourceVersion
    for await (const event of eventsOf(opened.value)) {
      if (event.type === 'ERROR') return event.object.code === 410 ? undefined : version
      version = event.object.metadata?.resourceVersion ?? version
      if (event.type === 'BOOKMARK') continue
      tell(event.object, event.type === 'DELETED' ? undefined : event.object)
    }
    return version
  }

  const keepUp = async (): Promise<void> => {
    let version: string | undefined
    while (!stopped.signal.aborted) {
      version = version === undefined ? await list() : await watch(version)
      await paused(pauseMs, stopped.signal)
    }
  }
  const ended = keepUp()

  return {
    follow: (name, onPod) => {
      const all = followers.get(name) ?? new Set()
      followers.set(name, all.add(onPod))
      return () => {
        all.delete(onPod)
        if (all.size === 0) followers.delete(name)
      }
    },
    close: async () => {
      stopped.abort()
      await ended
    },
  }
}

/** Ends where the stream breaks off; half an event is what a broken connection leaves. */
async function* eventsOf(stream: Readable): AsyncGenerator<WatchEvent> {
  try {
    for await (const line of linesOf(stream, maxEventBytes)) yield JSON.parse(line) as WatchEvent
  } catch {
    // The watch goes on from the last version.
  }
}

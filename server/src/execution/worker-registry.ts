/**
 * Programs that take jobs over the API, by the names they give. What this node sees is kept in memory and stored together
 * every few seconds, so that asking for jobs costs no write; who is not seen for a while is forgotten.
 */
import type { WorkerStore } from '../store/worker-store.ts'
import { type Clock, every } from './clock.ts'
import { silenceMs } from './membership.ts'

export type WorkerRegistry = {
  /** It asks for jobs of a type, from now on until the returned function is called. */
  begin(worker: string, jobType: string): () => void
  list(): ReturnType<WorkerStore['list']>
}

export type RunningWorkerRegistry = WorkerRegistry & {
  start(): void
  stop(): void
}

export type WorkerRegistryDependencies = {
  readonly store: WorkerStore
  /** What leases see. */
  readonly clock: Pick<Clock, 'now'>
  readonly wall: Clock
  readonly onTrouble: (error: unknown) => void
}

const flushMs = 3_000
/** Asking again takes a worker less than that. */
const clientSilenceMs = 20_000
const forgetMs = 600_000
/** Names with types that one node remembers between two flushes: a client that invents names fills nothing. */
const maxSightings = 10_000

type Sighting = { readonly name: string; readonly jobType: string; open: number; isNew: boolean }

export function createWorkerRegistry(dependencies: WorkerRegistryDependencies): RunningWorkerRegistry {
  const { store, clock, wall, onTrouble } = dependencies
  const sightings = new Map<string, Sighting>()
  let stop = (): void => {}
  let forgotten = 0

  const flush = async (): Promise<void> => {
    const now = wall.now()
    const seen: Sighting[] = []
    for (const [key, sighting] of sightings) {
      if (sighting.open > 0 || sighting.isNew) seen.push(sighting)
      if (sighting.open === 0) sightings.delete(key)
      sighting.isNew = false
    }
    if (seen.length > 0) await store.see(seen, now)
    if (now - forgotten < forgetMs / 10) return
    forgotten = now
    await store.forgetBefore(now - forgetMs)
  }

  return {
    begin: (name, jobType) => {
      const key = JSON.stringify([name, jobType])
      const known = sightings.get(key)
      if (name === '' || (known === undefined && sightings.size >= maxSightings)) return () => undefined
      const sighting = known ?? { name, jobType, open: 0, isNew: true }
      sightings.set(key, sighting)
      sighting.open += 1
      sighting.isNew = true
      return () => {
        sighting.open -= 1
      }
    },
    list: () =>
      store.list({
        now: wall.now(),
        leasesAt: clock.now(),
        nodeSilenceMs: silenceMs,
        clientSilenceMs,
      }),
    start: () => {
      stop = every(wall, flushMs, flush, onTrouble)
    },
    stop: () => stop(),
  }
}

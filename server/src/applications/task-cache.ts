/** Equal input gives what it gave before: the key is the canonical JSON of what the job has as its input. */
import { createHash } from 'node:crypto'
import type { JsonValue } from '@braid/core/base/json.ts'
import type { Clock } from '../execution/clock.ts'
import { canonical } from '../json-canonical.ts'
import type { TaskCacheStore } from '../store/task-cache-store.ts'

export type TaskCache = {
  get(task: string, input: JsonValue): Promise<{ readonly output: JsonValue } | undefined>
  put(task: string, input: JsonValue, output: JsonValue, forMs: number): Promise<void>
}

/** Expiry is by the clock that runs see. */
export const createTaskCache = (store: TaskCacheStore, clock: Pick<Clock, 'now'>): TaskCache => ({
  get: (task, input) => store.get(task, hashOf(input), clock.now()),
  put: (task, input, output, forMs) => store.put(task, hashOf(input), output, clock.now() + forMs),
})

const hashOf = (input: JsonValue): Buffer => createHash('sha256').update(canonical(input)).digest()

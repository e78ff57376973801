/** How fast is read what nobody will see. A pipe that is full costs nothing; reading takes time that all share here. */
import { setTimeout as pause } from 'node:timers/promises'

/** Of one run. */
const bytesPerSecond = 16 * 1024 * 1024

/** Resolves when more may be read after so many bytes. */
export type Skip = (bytes: number) => Promise<void>

export function createSkip(): Skip {
  let dueMs = Number.NEGATIVE_INFINITY
  return async (bytes) => {
    const now = performance.now()
    dueMs = Math.max(now, dueMs) + (bytes / bytesPerSecond) * 1_000
    await pause(dueMs - now)
  }
}

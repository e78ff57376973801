/**
 * How fast is read what runs write. A pipe that is full costs nothing; reading and storing take time that all share here,
 * so it is only so much for all runs together, however many write without end, and each reads seldom.
 */
import { setTimeout as pause } from 'node:timers/promises'

const bytesPerSecond = 4 * 1024 * 1024
/** Between two reads of a run: what is written in small pieces comes as one then. */
const pauseMs = 5

let dueMs = Number.NEGATIVE_INFINITY

/** Resolves when more may be read after so many bytes. */
export async function pace(bytes: number): Promise<void> {
  const now = performance.now()
  dueMs = Math.max(now, dueMs) + (bytes / bytesPerSecond) * 1_000
  await pause(Math.max(pauseMs, dueMs - now))
}

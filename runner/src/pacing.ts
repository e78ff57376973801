/**
 * How fast is read what runs write. A pipe that is full costs nothing; reading and storing take time that all share here,
 * so it is only so much for all runs together, however many write without end.
 */
import { setTimeout as pause } from 'node:timers/promises'

const bytesPerSecond = 8 * 1024 * 1024

let dueMs = Number.NEGATIVE_INFINITY

/** Resolves when more may be read after so many bytes. */
export async function pace(bytes: number): Promise<void> {
  const now = performance.now()
  dueMs = Math.max(now, dueMs) + (bytes / bytesPerSecond) * 1_000
  await pause(dueMs - now)
}

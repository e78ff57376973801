/**
 * How fast is read what runs write. A pipe that is full costs nothing; reading and storing take time that all share here,
 * so it is only so much for all runs together, however many write without end, and each reads seldom.
 */
import { setTimeout as pause } from 'node:timers/promises'

const storedBytesPerSecond = 4 * 1024 * 1024
/** What nobody will see costs so much less. */
const droppedPart = 0.25
/** Between two reads of a run: what is written in small pieces comes as one then. */
const pauseMs = 5

let dueMs = Number.NEGATIVE_INFINITY

/** Resolves when more may be read after so many bytes that are stored. */
export async function pace(bytes: number): Promise<void> {
  const now = performance.now()
  dueMs = Math.max(now, dueMs) + (bytes / storedBytesPerSecond) * 1_000
  await pause(Math.max(pauseMs, dueMs - now))
}

/** The same after bytes that are not, or only for a while. */
export const paceDropped = (bytes: number): Promise<void> => pace(bytes * droppedPart)

/** What runs in processes of the operating system have in common, whatever is around them. */
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { RunRequest } from '../runner.ts'

/** Rejects when the process could not be started. */
export function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 137)))
  })
}

/** What is said until the other side is gone, or its beginning. */
export async function textOf(stream: Readable): Promise<string> {
  let text = ''
  try {
    for await (const data of stream) text = (text + String(data)).slice(0, 10_000)
  } catch {
    // What was said till then counts.
  }
  return text
}

/** Calls `kill` at the deadline or when the run is cancelled, whatever comes first, and remembers which. */
export function endBy({ limits, signal }: Pick<RunRequest, 'limits' | 'signal'>, kill: () => void) {
  let reason: 'timed-out' | 'cancelled' | undefined
  const stop = (why: typeof reason): void => {
    reason ??= why
    kill()
  }
  const cancel = (): void => stop('cancelled')
  const timer = setTimeout(() => stop('timed-out'), limits.wallMs)
  if (signal?.aborted === true) cancel()
  else signal?.addEventListener('abort', cancel, { once: true })
  return {
    reason: () => reason,
    settle: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
    },
  }
}

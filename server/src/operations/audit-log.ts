/**
 * Writes the audit log behind the operations: entries are collected for a moment and stored in one statement, so that
 * auditing costs no round trip per request. While the database does not answer they are kept, up to a bound, and tried
 * again; what cannot be stored goes to the server's log.
 */
import type { AccessStore, AuditEntry } from '../store/access.ts'
import type { Log } from './dependencies.ts'

export type AuditLog = {
  record(entry: AuditEntry): void
  /** Stores what is left. */
  close(): Promise<void>
}

const flushAfterMs = 200
/** Entries per statement. */
const batchSize = 1000
const retryAfterMs = 1_000
/** About an hour of a busy administrator; a database that is away takes no operations that would add more. */
const kept = 50_000

export function createAuditLog(store: Pick<AccessStore, 'appendAudit'>, log: Log): AuditLog {
  let waiting: AuditEntry[] = []
  let timer: NodeJS.Timeout | undefined
  let flushing: Promise<void> = Promise.resolve()
  let closed = false

  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const batch = waiting
    waiting = []
    if (batch.length === 0) return
    flushing = flushing
      .then(() => store.appendAudit(batch))
      .catch((error: unknown) => {
        if (closed || waiting.length + batch.length > kept) {
          log.error({ error, entries: batch }, 'audit entries could not be stored')
          return
        }
        waiting = [...batch, ...waiting]
        timer ??= setTimeout(flush, retryAfterMs)
      })
  }

  return {
    record(entry) {
      waiting.push(entry)
      if (waiting.length >= batchSize) flush()
      else timer ??= setTimeout(flush, flushAfterMs)
    },
    async close() {
      closed = true
      flush()
      await flushing
    },
  }
}

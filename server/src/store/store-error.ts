/** Failures of the database by what the caller can do about them. */

/**
 * `conflict`: a unique claim was taken by a concurrent transaction (SQLSTATE 23505): nothing was stored, split and retry.
 * `retryable`: deadlock, serialisation or lock timeout: nothing was stored, retry.
 * `timeout`: the statement ran longer than allowed: ask for less.
 * `unavailable`: no connection, shutting down, full or read-only; when it happened during a write, whether that is
 * stored is unknown.
 * `defect`: anything else, wrong on our side.
 */
export type StoreErrorKind = 'conflict' | 'retryable' | 'timeout' | 'unavailable' | 'defect'

export class StoreError extends Error {
  readonly kind: StoreErrorKind
  /** SQLSTATE or the socket's error code, when there is one. */
  readonly code: string | undefined
  constructor(kind: StoreErrorKind, message: string, code: string | undefined, cause: unknown) {
    super(message, { cause })
    this.name = 'StoreError'
    this.kind = kind
    this.code = code
  }
}

const kindsByState: Readonly<Record<string, StoreErrorKind>> = {
  '23505': 'conflict',
  '40001': 'retryable',
  '40P01': 'retryable',
  '55P03': 'retryable',
  '57014': 'timeout',
  /** Too many connections. */
  '53300': 'unavailable',
  /** Disk full. */
  '53100': 'unavailable',
  /** Read-only: a standby after a failover. */
  '25006': 'unavailable',
}

const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** The driver reports a lost connection or an exhausted pool by these words only. */
const connectionWords =
  /connection terminated|timeout exceeded when trying to connect|client has encountered/i

function kindOf(code: string | undefined, message: string): StoreErrorKind {
  if (code !== undefined) {
    const known = kindsByState[code]
    if (known !== undefined) return known
    // Class 08: connection exceptions; 57P0x: shutdown, crash, start-up.
    if (code.startsWith('08') || code.startsWith('57P') || socketCodes.has(code)) return 'unavailable'
  }
  return connectionWords.test(message) ? 'unavailable' : 'defect'
}

export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  if (!(error instanceof Error)) return new StoreError('defect', String(error), undefined, error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return new StoreError(kindOf(code, error.message), error.message, code, error)
}

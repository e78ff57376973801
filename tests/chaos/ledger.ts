/** What the server acknowledged to the load: all of it must be there in the end. */

export type Ledger = {
  /** Acknowledged starts: instance key and the order it is about. */
  readonly starts: ReadonlyMap<string, string>
  /** Orders that were sent, acknowledged or not. */
  readonly orders: ReadonlySet<string>
  /** Acknowledged completions by job or user task key. */
  readonly completions: ReadonlyMap<string, Completion>
  /** Answers other than success, by operation and code; `no answer` when the connection broke. */
  readonly refusals: ReadonlyMap<string, number>
  /** Counts acknowledgements of any kind. */
  readonly acknowledged: number
}

export type Completion = {
  readonly kind: 'job' | 'user-task'
  readonly instanceKey: string
  /** How often the server said that it took this completion. */
  readonly times: number
}

export type LedgerKeeper = Ledger & {
  ordered(orderId: string): void
  started(instanceKey: string, orderId: string): void
  completed(kind: Completion['kind'], key: string, instanceKey: string): void
  published(): void
  refused(operation: string, code: string): void
}

export function createLedger(): LedgerKeeper {
  const starts = new Map<string, string>()
  const orders = new Set<string>()
  const completions = new Map<string, Completion>()
  const refusals = new Map<string, number>()
  let acknowledged = 0
  return {
    starts,
    orders,
    completions,
    refusals,
    get acknowledged() {
      return acknowledged
    },
    ordered: (orderId) => orders.add(orderId),
    started: (instanceKey, orderId) => {
      acknowledged += 1
      starts.set(instanceKey, orderId)
    },
    completed: (kind, key, instanceKey) => {
      acknowledged += 1
      completions.set(key, { kind, instanceKey, times: (completions.get(key)?.times ?? 0) + 1 })
    },
    published: () => {
      acknowledged += 1
    },
    refused: (operation, code) => {
      const answer = `${operation}: ${code}`
      refusals.set(answer, (refusals.get(answer) ?? 0) + 1)
    },
  }
}

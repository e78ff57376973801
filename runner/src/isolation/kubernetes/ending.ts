/** What ends a run before its script does, whatever comes first. */

export type Reason =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'failed'; readonly message: string }

export type Ending = {
  readonly signal: AbortSignal
  reason(): Reason | undefined
  stop(reason: Reason): void
  /** Replaces the deadline before. */
  stopAfter(ms: number, reason: () => Reason): void
  /** Nothing ends it any more. */
  settle(): void
}

export function endEarly(cancelled: AbortSignal | undefined): Ending {
  const controller = new AbortController()
  let reason: Reason | undefined
  let timer: NodeJS.Timeout | undefined
  const stop = (why: Reason): void => {
    reason ??= why
    controller.abort()
  }
  const cancel = (): void => stop({ kind: 'cancelled' })
  cancelled?.addEventListener('abort', cancel, { once: true })
  if (cancelled?.aborted) cancel()
  return {
    signal: controller.signal,
    reason: () => reason,
    stop,
    stopAfter: (ms, why) => {
      clearTimeout(timer)
      timer = setTimeout(() => stop(why()), ms)
    },
    settle: () => {
      clearTimeout(timer)
      cancelled?.removeEventListener('abort', cancel)
    },
  }
}

/** Keys for decisions, which can't wait: taken from blocks that are fetched ahead. */
import type { Key, KeySource } from '@braid/core/base/key.ts'

/** Thrown inside a decision when the fetched blocks run out; the decision is made again after `reserve`. */
export class KeysExhausted extends Error {}

export type KeyBlocks = KeySource & {
  /** Makes sure that at least `count` keys are at hand. */
  reserve(count: number): Promise<void>
}

const blockSize = 50_000

export function createKeyBlocks(allocate: (count: number) => Promise<number>): KeyBlocks {
  let next = 0
  let end = 0
  let ahead: { next: number; end: number } | undefined
  let fetching: Promise<void> | undefined

  const fetch = (count: number): Promise<void> => {
    const size = Math.max(count, blockSize)
    fetching ??= allocate(size)
      .then((first) => {
        ahead = { next: first, end: first + size }
      })
      .finally(() => {
        fetching = undefined
      })
    return fetching
  }
  const advance = (): boolean => {
    if (next < end) return true
    if (ahead === undefined) return false
    ;({ next, end } = ahead)
    ahead = undefined
    return next < end
  }

  return {
    next: () => {
      if (!advance()) throw new KeysExhausted('no keys at hand')
      return next++ as Key
    },
    reserve: async (count) => {
      while (end - next + (ahead === undefined ? 0 : ahead.end - ahead.next) < count) await fetch(count)
      // The next block is fetched while this one is used, so that a busy node never waits for it.
      if (ahead === undefined && end - next < blockSize / 2) fetch(0).catch(() => {})
    },
  }
}

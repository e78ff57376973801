/**
 * Random numbers from one seed. Every subsystem draws from a stream of its own, named when it is forked, so that one
 * more draw in one place shifts nothing elsewhere.
 */

export type Random = {
  /** At least 0, below 1. */
  next(): number
  /** A whole number, at least 0, below `limit`. */
  below(limit: number): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  fork(name: string): Random
}

/** Spreads a name over 32 bits (FNV-1a). */
export function hashText(text: string, start = 0x811c9dc5): number {
  let hash = start
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}

/** Fills the state of a generator from 32 bits (splitmix32). */
function splitmix(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) | 0
  }
}

/** Small fast counter, 32 bits (sfc32). */
function sfc32(seed: number): () => number {
  const fill = splitmix(seed)
  let [a, b, c, counter] = [fill(), fill(), fill(), 1]
  return () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
}

export function createRandom(seed: number): Random {
  const next = sfc32(seed)
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    between: (low, high) => low + below(high - low + 1),
    chance: (probability) => next() < probability,
    pick: (list) => {
      if (list.length === 0) throw new RangeError('expected something to pick from')
      return list[below(list.length)] as (typeof list)[number]
    },
    fork: (name) => createRandom(hashText(name, hashText(String(seed)))),
  }
}

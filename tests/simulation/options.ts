/** What a seed decides: how much work, which faults, how often. Each seed has some kinds of faults and lacks others. */
import type { Random } from './random.ts'

/** Probabilities for one call to the store. */
export type StoreFaults = {
  /** Nothing is done and the call fails. */
  readonly failBefore: number
  /** It is done, and the call fails all the same. */
  readonly failAfter: number
  /** The call fails, and it is done some time later. */
  readonly failLate: number
  /** Takes seconds. */
  readonly stall: number
  /** The node stops before, or right after it was done. */
  readonly crashBefore: number
  readonly crashAfter: number
}

export type Options = {
  readonly seed: number
  readonly nodes: number
  readonly programs: number
  readonly instances: number
  /** How long faults last. */
  readonly chaosMs: number
  readonly commitFaults: StoreFaults
  /** For all other calls. */
  readonly callFaults: StoreFaults
  /** Mean time between crashes, pauses and clock jumps; infinite for never. */
  readonly crashEveryMs: number
  readonly pauseEveryMs: number
  readonly jumpEveryMs: number
  /** A node that stopped for good. */
  readonly leavesNodeDown: boolean
  /** Ends of processes are known at once, as on one host; else only by their silence. */
  readonly knowsDeaths: boolean
  readonly maxLatencyMs: number
  /** Probabilities for one job. */
  readonly jobs: {
    readonly fails: number
    readonly throws: number
    readonly dies: number
    readonly reportsTwice: number
    readonly isSlow: number
  }
  readonly operatorEveryMs: number
  readonly publishEveryMs: number
}

const none: StoreFaults = {
  failBefore: 0,
  failAfter: 0,
  failLate: 0,
  stall: 0,
  crashBefore: 0,
  crashAfter: 0,
}

export const noFaults = none

function drawFaults(random: Random, scale: number): StoreFaults {
  const rate = (share: number): number => (random.chance(share) ? random.next() * scale : 0)
  return {
    failBefore: rate(0.5),
    failAfter: rate(0.5),
    failLate: rate(0.3),
    stall: rate(0.3),
    crashBefore: rate(0.35) * 0.4,
    crashAfter: rate(0.45) * 0.4,
  }
}

export function drawOptions(seed: number, random: Random): Options {
  const sometimes = (share: number, low: number, high: number): number =>
    random.chance(share) ? random.between(low, high) : Number.POSITIVE_INFINITY
  const rate = (share: number, scale: number): number => (random.chance(share) ? random.next() * scale : 0)
  const nodes = random.chance(0.75) ? 2 : random.chance(0.6) ? 1 : 3
  return {
    seed,
    nodes,
    programs: random.between(1, 3),
    instances: random.between(1, 8),
    chaosMs: random.between(6_000, 30_000),
    commitFaults: drawFaults(random, random.pick([0.05, 0.15, 0.3])),
    callFaults: random.chance(0.8) ? drawFaults(random, random.pick([0.03, 0.12])) : none,
    crashEveryMs: sometimes(0.35, 4_000, 15_000),
    pauseEveryMs: sometimes(0.3, 4_000, 12_000),
    jumpEveryMs: sometimes(0.15, 5_000, 15_000),
    leavesNodeDown: nodes > 1 && random.chance(0.25),
    knowsDeaths: random.chance(0.4),
    maxLatencyMs: random.pick([0, 2, 5, 40]),
    jobs: {
      fails: rate(0.5, 0.4),
      throws: rate(0.4, 0.3),
      dies: rate(0.4, 0.3),
      reportsTwice: rate(0.5, 0.5),
      isSlow: rate(0.4, 0.3),
    },
    operatorEveryMs: sometimes(0.5, 1_500, 6_000),
    publishEveryMs: random.between(800, 4_000),
  }
}

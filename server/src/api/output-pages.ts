/**
 * What runs wrote, in pages of frames: read and written out once for all who follow a run from the same place. Invariants:
 * P1 a page was asked for after the last wake-up of its run, or is full, so that nothing can be missing from it;
 * P2 a page for who knows that the run is over was asked for by somebody who knew it, too.
 */
import type { Key } from '@braid/core/base/key.ts'
import type { Dependencies } from '../operations/dependencies.ts'
import type { Wakeups } from './wakeups.ts'

/** So much is in memory for one follower, and one entry more. */
const pageLimits = { limit: 50, maxBytes: 128 * 1024 }
/** Full ones that are kept of a run for those that follow it a little behind. */
const keptPages = 2

export type StoredOutput = Awaited<ReturnType<Dependencies['reads']['readOutput']>>['entries'][number]

export type FramesPage = {
  /** Outside of the heap, for these are what memory is spent on. */
  readonly frames: readonly Buffer[]
  /** Sequence of the last entry; undefined: there is none. */
  readonly last: number | undefined
  readonly more: boolean
  /** The run itself changed. */
  readonly hasNews: boolean
}

export type OutputPages = { follow(key: Key): FollowedOutput }
export type FollowedOutput = {
  page(after: number, isOver: boolean): Promise<FramesPage>
  leave(): void
}

type Followed = {
  readonly pages: Map<string, Promise<FramesPage>>
  readonly full: Set<string>
  followers: number
  readonly unsubscribe: () => void
}

export function createOutputPages(
  reads: Pick<Dependencies['reads'], 'readOutput'>,
  wakeups: Wakeups,
  frameOf: (entry: StoredOutput) => string,
): OutputPages {
  const followed = new Map<Key, Followed>()

  const read = async (instanceKey: Key, after: number): Promise<FramesPage> => {
    const { entries, more } = await reads.readOutput({ instanceKey, after, ...pageLimits })
    return {
      frames: entries.map((entry) => Buffer.from(frameOf(entry))).filter(({ length }) => length > 0),
      last: entries.at(-1)?.sequence,
      more,
      hasNews: entries.some(({ entry }) => entry.kind === 'value'),
    }
  }

  const open = (key: Key): Followed => {
    const pages: Followed['pages'] = new Map()
    const full: Followed['full'] = new Set()
    const unsubscribe = wakeups.subscribe(key, () => {
      for (const name of pages.keys()) if (!full.has(name)) pages.delete(name)
    })
    const opened = { pages, full, followers: 0, unsubscribe }
    followed.set(key, opened)
    return opened
  }

  /** Full pages stay as they are; of others, more may be known soon. */
  const settle = (run: Followed, name: string, reading: Promise<FramesPage>, isFull: boolean): void => {
    if (run.pages.get(name) !== reading) return
    if (isFull && run.followers > 1) run.full.add(name)
    else run.pages.delete(name)
    for (const oldest of [...run.full].slice(0, -keptPages)) {
      run.full.delete(oldest)
      run.pages.delete(oldest)
    }
  }

  const share = async (run: Followed, name: string, reading: Promise<FramesPage>): Promise<FramesPage> => {
    run.pages.set(name, reading)
    let isFull = false
    try {
      const page = await reading
      isFull = page.more
      return page
    } finally {
      settle(run, name, reading, isFull)
    }
  }

  return {
    follow: (key) => {
      const run = followed.get(key) ?? open(key)
      run.followers += 1
      return {
        page: (after, isOver) => {
          const name = `${after} ${isOver}`
          return run.pages.get(name) ?? share(run, name, read(key, after))
        },
        leave: () => {
          run.followers -= 1
          if (run.followers > 0) return
          run.unsubscribe()
          followed.delete(key)
        },
      }
    },
  }
}

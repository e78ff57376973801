/**
 * Virtual time, and one queue for everything that happens: answers of the store, timers, deeds of clients. One thing
 * happens at a time; all microtasks that follow from it are done before the next. At equal times the seed decides.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Clock } from '../../server/src/execution/clock.ts'
import type { Random } from './random.ts'
import type { Trace } from './trace.ts'

/** Whose events they are: those of a crashed process never happen, those of a paused one happen later. */
export type Life = { dead: boolean; pausedUntil: Instant }

export const createLife = (): Life => ({ dead: false, pausedUntil: 0 })

type Entry = {
  at: Instant
  readonly tie: number
  readonly life: Life | undefined
  readonly label: string
  readonly run: () => unknown
  canceled: boolean
}

export type Scheduler = {
  /** The time of the hosts, in milliseconds. */
  now(): Instant
  /** Runs something later; the returned function cancels that. */
  plan(delayMs: number, label: string, run: Entry['run'], life?: Life): () => void
  /** A promise of the harness that resolves later. */
  sleep(delayMs: number, label: string, life?: Life): Promise<void>
  /** Works until `done` says so, an error was reported, or nothing is left before `deadline`. */
  run(done: () => boolean, deadline: Instant): Promise<void>
  readonly steps: number
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.tie < b.tie)

function push(heap: Entry[], entry: Entry): void {
  let index = heap.push(entry) - 1
  while (index > 0) {
    const above = (index - 1) >> 1
    const parent = heap[above] as Entry
    if (!isBefore(entry, parent)) break
    heap[index] = parent
    index = above
  }
  heap[index] = entry
}

function pop(heap: Entry[]): Entry | undefined {
  const first = heap[0]
  const last = heap.pop()
  if (first === undefined || last === undefined || heap.length === 0) return first
  let index = 0
  for (;;) {
    let child = 2 * index + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child += 1
    if (!isBefore(heap[child] as Entry, last)) break
    heap[index] = heap[child] as Entry
    index = child
  }
  heap[index] = last
  return first
}

/** A macrotask starts only when no microtask is left. */
const drainMicrotasks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export function createScheduler(random: Random, trace: Trace, start: Instant): Scheduler {
  const heap: Entry[] = []
  let now = start
  let steps = 0

  const plan: Scheduler['plan'] = (delayMs, label, run, life) => {
    const entry: Entry = {
      at: now + Math.max(0, Math.ceil(delayMs)),
      tie: random.next(),
      life,
      label,
      run,
      canceled: false,
    }
    push(heap, entry)
    return () => {
      entry.canceled = true
    }
  }

  return {
    now: () => now,
    plan,
    sleep: (delayMs, label, life) =>
      new Promise((resolve) => {
        plan(delayMs, label, () => resolve(), life)
      }),
    get steps() {
      return steps
    },
    run: async (done, deadline) => {
      await drainMicrotasks()
      while (!done()) {
        const entry = pop(heap)
        if (entry === undefined) return
        if (entry.canceled || entry.life?.dead === true) continue
        if (entry.at > deadline) {
          push(heap, entry)
          now = deadline
          return
        }
        if (entry.life !== undefined && entry.life.pausedUntil > entry.at) {
          entry.at = entry.life.pausedUntil
          push(heap, entry)
          continue
        }
        now = entry.at
        steps += 1
        trace.step(now, entry.label)
        const running = entry.run()
        if (running instanceof Promise) await running
        await drainMicrotasks()
      }
    },
  }
}

/** The time of the hosts as the engine's port: for heartbeats and pauses. */
export const wallClock = (scheduler: Scheduler, life: Life): Clock => ({
  now: scheduler.now,
  after: (delayMs, task) => scheduler.plan(delayMs, 'wall', task, life),
  soon: (task) => {
    scheduler.plan(0, 'soon', task, life)
  },
})

export type MovableTime = {
  now(): Instant
  /** The latest time that it has shown, before it was moved back perhaps. */
  latest(): Instant
  /** Moves the time that timers and leases see, for all nodes. */
  jump(byMs: number): void
  clockOf(life: Life, aheadMs: number): Clock
}

/** The time of timers and leases: that of the hosts, moved by hand. */
export function createMovableTime(scheduler: Scheduler): MovableTime {
  let offset = 0
  const waiting = new Set<{ readonly rearm: () => void }>()
  let latest = 0
  const now = (): Instant => scheduler.now() + offset
  return {
    now,
    latest: () => Math.max(latest, now()),
    jump: (byMs) => {
      latest = Math.max(latest, now())
      offset += byMs
      for (const { rearm } of [...waiting]) rearm()
    },
    clockOf: (life, aheadMs) => ({
      now: () => now() + aheadMs,
      after: (delayMs, task) => {
        const due = now() + delayMs
        let cancel = (): void => {}
        const entry = {
          rearm: () => {
            cancel()
            cancel = scheduler.plan(
              due - now(),
              'clock',
              () => {
                waiting.delete(entry)
                task()
              },
              life,
            )
          },
        }
        waiting.add(entry)
        entry.rearm()
        return () => {
          cancel()
          waiting.delete(entry)
        }
      },
      soon: (task) => {
        scheduler.plan(0, 'soon', task, life)
      },
    }),
  }
}

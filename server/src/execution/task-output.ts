/**
 * What tasks say while they run, on its way to the store: collected over a tick, stored in one statement for all.
 * Whoever says more than can be stored loses the least of it first, and a line says how much: memory stays bounded.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type {
  NewOutput,
  OutputEntry,
  OutputHead,
  OutputSource,
  TaskOutputStore,
} from '../store/task-output-port.ts'
import type { Clock } from './clock.ts'

/** Output of an instance up to a number can be read; undefined: of any instance there may be more. */
export type OutputListener = (head: OutputHead | undefined) => void

export type TaskOutput = {
  /** Never waits and never throws; stored within a tick. */
  report(source: OutputSource, entries: readonly OutputEntry[]): void
  /** Resolves once all of it is stored, in one piece: for who can wait, and may lose nothing. */
  write(source: OutputSource, entries: readonly OutputEntry[]): Promise<void>
  /** Called after output was stored, on any node. */
  onOutput(listener: OutputListener): () => void
  heardOf(outputs: readonly OutputHead[] | '*'): void
  /** Stores what is left. */
  stop(): Promise<void>
}

export type TaskOutputDependencies = {
  readonly store: Pick<TaskOutputStore, 'addOutput'>
  /** The host's time, for ticks. */
  readonly clock: Clock
  /** The time that entries get. */
  readonly now: () => Instant
  /** Whether other nodes live and want to be told. */
  readonly notify: () => boolean
  readonly onTrouble: (error: unknown) => void
}

export type OutputLimits = {
  readonly tickMs: number
  /** Waiting entries of one task, and of all. */
  readonly perTask: number
  readonly inAll: number
  /** Waiting characters of all. */
  readonly characters: number
  /** Stored by one statement. A notice names each instance, so that there may not be too many. */
  readonly entriesPerStatement: number
  readonly instancesPerStatement: number
}

export const outputLimits: OutputLimits = {
  tickMs: 100,
  perTask: 2_000,
  inAll: 50_000,
  characters: 16_000_000,
  entriesPerStatement: 2_000,
  instancesPerStatement: 150,
}

type Waiting = {
  readonly source: OutputSource
  entries: { readonly at: Instant; readonly entry: OutputEntry; readonly size: number }[]
  dropped: number
}

/** Larger values belong into the result of a task, not into its log. */
export const maxValueLength = 65_536
const maxMessageLength = 10_000

export function createTaskOutput(
  { store, clock, now, notify, onTrouble }: TaskOutputDependencies,
  limits: OutputLimits = outputLimits,
): TaskOutput {
  /** By task and attempt. */
  const waiting = new Map<string, Waiting>()
  const listeners = new Set<OutputListener>()
  let entriesInAll = 0
  let characters = 0
  let scheduled: (() => void) | undefined
  let flushing: Promise<void> | undefined

  const tell = (head: OutputHead | undefined): void => {
    for (const listener of listeners) listener(head)
  }

  const removed = (entries: Waiting['entries']): void => {
    entriesInAll -= entries.length
    for (const { size } of entries) characters -= size
  }

  /** Half of what waits is left, so that the next entries have room. */
  const makeRoom = (task: Waiting): void => {
    const { kept, dropped } = withoutLeast(task.entries, Math.ceil(task.entries.length / 2))
    task.entries = kept
    task.dropped += dropped.length
    removed(dropped)
  }

  const isFull = (task: Waiting): boolean =>
    task.entries.length > limits.perTask || entriesInAll > limits.inAll || characters > limits.characters

  const take = (): readonly NewOutput[] => {
    const taken: NewOutput[] = []
    const instances = new Set<Key>()
    for (const [name, task] of waiting) {
      if (taken.length >= limits.entriesPerStatement || instances.size >= limits.instancesPerStatement) break
      instances.add(task.source.instanceKey)
      const entries = task.entries.splice(0, limits.entriesPerStatement - taken.length)
      removed(entries)
      if (task.dropped > 0)
        taken.push({ ...task.source, at: entries[0]?.at ?? now(), entry: lossOf(task.dropped) })
      task.dropped = 0
      for (const { at, entry } of entries) taken.push({ ...task.source, at, entry })
      if (task.entries.length === 0) waiting.delete(name)
    }
    return taken
  }

  const flush = async (): Promise<void> => {
    for (let entries = take(); entries.length > 0; entries = take()) {
      try {
        for (const head of await store.addOutput(entries, { notify: notify() })) tell(head)
      } catch (error) {
        // It is not worth more than the results of tasks, which are tried until they are stored.
        onTrouble(error)
      }
    }
  }

  const schedule = (): void => {
    if (scheduled !== undefined || flushing !== undefined || waiting.size === 0) return
    scheduled = clock.after(limits.tickMs, () => {
      scheduled = undefined
      flushing = flush().finally(() => {
        flushing = undefined
        schedule()
      })
    })
  }

  return {
    report: (source, entries) => {
      if (entries.length === 0) return
      const name = `${source.taskKey} ${source.attempt}`
      const task = waiting.get(name) ?? { source, entries: [], dropped: 0 }
      waiting.set(name, task)
      const at = now()
      for (const given of entries) {
        const { entry, size } = measured(given)
        task.entries.push({ at, entry, size })
        entriesInAll += 1
        characters += size
        if (isFull(task)) makeRoom(task)
      }
      schedule()
    },
    write: async (source, entries) => {
      const at = now()
      const stored = entries.map((entry) => ({ ...source, at, entry }))
      for (const head of await store.addOutput(stored, { notify: notify() })) tell(head)
    },
    onOutput: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    heardOf: (outputs) => {
      if (outputs === '*') tell(undefined)
      else for (const head of outputs) tell(head)
    },
    stop: async () => {
      scheduled?.()
      scheduled = undefined
      await flushing
      await flush()
    },
  }
}

const lossOf = (dropped: number): OutputEntry => ({
  kind: 'log',
  level: 'warn',
  message: `${dropped} entries were left out here: the task says more than can be stored`,
})

/** Cut to what is stored, with its characters. */
function measured(entry: OutputEntry): { readonly entry: OutputEntry; readonly size: number } {
  if (entry.kind === 'value') {
    const size = JSON.stringify(entry.value).length
    if (size <= maxValueLength) return { entry, size }
    const message = `a value of ${size} characters was left out: expected at most ${maxValueLength}`
    return { entry: { kind: 'log', level: 'warn', message }, size: message.length }
  }
  const { message = '' } = entry
  if (message.length <= maxMessageLength) return { entry, size: message.length }
  return {
    entry: { ...entry, message: `${message.slice(0, maxMessageLength - 1)}…` },
    size: maxMessageLength,
  }
}

type Entries = Waiting['entries']

/** Oldest first: debug lines, then progress that later progress replaces, then whatever is oldest. */
function withoutLeast(
  entries: Entries,
  count: number,
): { readonly kept: Entries; readonly dropped: Entries } {
  const last = entries.findLast(({ entry }) => entry.kind === 'progress')
  const rank = (item: Entries[number]): number => {
    if (item.entry.kind === 'log' && item.entry.level === 'debug') return 0
    if (item.entry.kind === 'progress') return item === last ? 3 : 1
    return 2
  }
  const least = new Set(entries.toSorted((a, b) => rank(a) - rank(b)).slice(0, count))
  return {
    kept: entries.filter((item) => !least.has(item)),
    dropped: entries.filter((item) => least.has(item)),
  }
}

/** How a handler of this node gives items to the loop whose job it does: in small parts, waiting while the loop is full. */
import type { JsonValue } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Command } from '@braid/core/engine/command.ts'
import type { Clock } from './clock.ts'
import type { Outcome } from './commit-loop.ts'
import type { ActivatedJob, Execution, JobContext } from './execution.ts'

export type ItemStreamDependencies = {
  readonly clock: Clock
  readonly submit: (instanceKey: Key, command: Command) => Promise<Outcome>
  readonly onCommit: Execution['onCommit']
  /** How many more runs the loop can have alive now; undefined: nobody here knows. */
  readonly roomOf: (instanceKey: Key, elementInstanceKey: Key) => number | undefined
  readonly onTrouble: (error: unknown) => void
}

/** Small enough that the next part is there before the runs of the last one have all ended. */
const itemsPerPart = 100
/** What other nodes commit may not be heard of here. */
const lookAgainMs = 1_000

const gone = (message: string): DOMException => new DOMException(message, 'AbortError')

export function createItemStream(dependencies: ItemStreamDependencies) {
  const { clock, submit, onCommit, roomOf, onTrouble } = dependencies

  const later = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(lookAgainMs, () => done())
      const done = (): void => {
        cancel()
        signal.removeEventListener('abort', done)
        resolve()
      }
      signal.addEventListener('abort', done)
    })

  /** Resolves when there may be room for so many more runs, which commits of the instance make. */
  const room = async (job: ActivatedJob, wanted: number, signal: AbortSignal): Promise<void> => {
    const free = (): number | undefined => roomOf(job.instanceKey, job.elementInstanceKey)
    // The commit that made room may be the one that the refusal was decided with.
    if ((free() ?? 0) >= wanted) return
    const over = new AbortController()
    const stop = onCommit((instanceKey) => {
      const concerns = instanceKey === undefined || instanceKey === job.instanceKey
      if (concerns && (free() ?? wanted) >= wanted) over.abort()
    })
    await later(AbortSignal.any([signal, over.signal]))
    stop()
  }

  const give = async (command: Command, job: ActivatedJob, signal: AbortSignal): Promise<Outcome> => {
    for (;;) {
      signal.throwIfAborted()
      try {
        return await submit(job.instanceKey, command)
      } catch (error) {
        onTrouble(error)
        await later(signal)
      }
    }
  }

  return (job: ActivatedJob, signal: AbortSignal): JobContext['addItems'] => {
    const addPart = async (offset: number, items: readonly JsonValue[]): Promise<void> => {
      for (;;) {
        const outcome = await give({ type: 'add-items', jobKey: job.key, offset, items }, job, signal)
        if (outcome.ok) return
        const { kind, message } = outcome.error
        if (kind === 'invalid') throw new Error(message)
        if (kind !== 'busy') throw gone(message)
        await room(job, items.length, signal)
      }
    }
    return async (offset, items) => {
      for (let from = 0; from < items.length; from += itemsPerPart)
        await addPart(offset + from, items.slice(from, from + itemsPerPart))
    }
  }
}

export type ItemStream = ReturnType<typeof createItemStream>

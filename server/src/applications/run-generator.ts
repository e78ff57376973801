/** Lets a generator yield, and hands over what it yielded while it goes on. */
import type { Generator, GeneratorContext, TaskContext } from '@braid/contract/application/task.ts'
import type { JsonValue } from '@braid/core/base/json.ts'
import type { JobContext } from '../execution/execution.ts'
import { checkOutput } from './check-output.ts'

/** Items that wait for the ones before them: a generator that is faster than the rest waits. */
const batchSize = 100

export type GeneratorRun = {
  readonly definition: Generator
  readonly input: unknown
  readonly context: TaskContext
  readonly itemsTaken: number
  readonly addItems: JobContext['addItems']
  readonly untilAborted: <T>(work: Promise<T>) => Promise<T>
}

export async function runGenerator(run: GeneratorRun): Promise<void> {
  const { definition, input, context, itemsTaken, addItems, untilAborted } = run
  let offset = 0
  let yielded = false
  const generatorContext: GeneratorContext = {
    ...context,
    itemsTaken,
    startAt: (position) => {
      if (yielded) throw new Error('startAt comes before the first item')
      if (!Number.isInteger(position) || position < 0 || position > itemsTaken) {
        throw new Error(`startAt: expected a number from 0 to ${itemsTaken}, got ${position}`)
      }
      offset = position
    },
  }
  const iterator = iteratorOf(definition.run(input, generatorContext))
  const waiting: JsonValue[] = []
  let failed: { readonly error: unknown } | undefined
  let sending: Promise<void> | undefined
  const send = async (): Promise<void> => {
    try {
      while (waiting.length > 0) {
        const items = waiting.splice(0, batchSize)
        await untilAborted(addItems(offset, items))
        offset += items.length
      }
    } catch (error) {
      failed = { error }
    } finally {
      sending = undefined
    }
  }
  try {
    for (;;) {
      const next = await untilAborted(Promise.resolve(iterator.next()))
      if (next.done === true) break
      yielded = true
      waiting.push(await checkOutput(definition.item, next.value, `item ${offset + waiting.length + 1}`))
      sending ??= send()
      if (waiting.length >= batchSize) await sending
      if (failed !== undefined) throw failed.error
    }
    await sending
    if (failed !== undefined) throw failed.error
  } catch (error) {
    // Lets it clean up; one that does not end is left alone.
    Promise.resolve(iterator.return?.()).catch(() => undefined)
    throw error
  }
}

function iteratorOf(
  items: AsyncIterable<unknown> | Iterable<unknown>,
): AsyncIterator<unknown> | Iterator<unknown> {
  if (Symbol.asyncIterator in items) return items[Symbol.asyncIterator]()
  if (Symbol.iterator in items) return items[Symbol.iterator]()
  throw new Error('expected run to be a generator function')
}

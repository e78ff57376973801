/** Tasks: typed pieces of work that DAGs put together and workers do. */
import type { JsonValue } from '@braid/core/base/json.ts'
import type { TaskOptions } from '@braid/core/model/dag.ts'
import type { z } from 'zod'
import type { Services } from './services.ts'

/** A line of the run's log. */
export type TaskLog = Readonly<Record<'debug' | 'info' | 'warn' | 'error', (message: string) => void>>

export type TaskContext = Services & {
  /** Aborted when the run is canceled, the attempt timed out or the lease was lost: the result is refused then. */
  readonly signal: AbortSignal
  /** From 0 to 1. Shown live; many within a tick travel together. */
  progress(value: number, message?: string): void
  /** A value for whoever watches, while the task runs. */
  emit(value: JsonValue): void
  readonly log: TaskLog
  readonly run: {
    readonly dagRunKey: string
    readonly dagId: string
    readonly nodeId: string
    /** Stays the same when the task is tried again: for effects that must happen once. */
    readonly taskKey: string
    /** From 1. */
    readonly attempt: number
  }
}

export type GeneratorContext = TaskContext & {
  /** Items that an earlier attempt has yielded: they are not taken again. */
  readonly itemsTaken: number
  /**
   * Before the first item: it is the one at this position, from 0 to `itemsTaken`. A generator that does not say so
   * yields all from the beginning, and those that were taken are passed over.
   */
  startAt(position: number): void
}

type TaskParts<Input extends z.ZodType> = TaskOptions & {
  /** Running at once on all nodes together, whichever DAGs they are for. */
  readonly concurrency?: number
  /** Unique in its application: letters, digits, `-`. */
  readonly name: string
  readonly title?: string
  readonly description?: string
  /** Checked before `run`; what fails is a failed task, not a crash. */
  readonly input: Input
}

export type Task<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> = TaskParts<Input> & {
  readonly kind: 'task'
  readonly output: Output
  run(input: z.output<Input>, context: TaskContext): Promise<z.input<Output>> | z.input<Output>
}

export type Generator<
  Input extends z.ZodType = z.ZodType,
  Item extends z.ZodType = z.ZodType,
> = TaskParts<Input> & {
  readonly kind: 'generator'
  readonly item: Item
  run(
    input: z.output<Input>,
    context: GeneratorContext,
  ): AsyncIterable<z.input<Item>> | Iterable<z.input<Item>>
}

export const task = <Input extends z.ZodType, Output extends z.ZodType>(
  definition: Omit<Task<Input, Output>, 'kind'>,
): Task<Input, Output> => ({ ...definition, kind: 'task' })

/** A task that gives many items, one by one: each drives what comes behind it while the generator still runs. */
export const generator = <Input extends z.ZodType, Item extends z.ZodType>(
  definition: Omit<Generator<Input, Item>, 'kind'>,
): Generator<Input, Item> => ({ ...definition, kind: 'generator' })

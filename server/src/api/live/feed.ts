/** What a subscription reads. A wake-up says that there may be more; what is sent is read from the store after a cursor. */
import type { LiveFrame } from '@braid/contract/live.ts'
import type { Result } from '@braid/core/base/result.ts'
import type { Refusal } from '../../operations/refusal.ts'

type DataFrame = Extract<LiveFrame, { type: 'snapshot' | 'changes' }>

export type Page = Pick<DataFrame, 'cursor' | 'data'> & {
  /** There was more than fits into one frame. */
  readonly more: boolean
  /** Nothing follows this. */
  readonly ended: boolean
}
export type FirstPage = Page & Pick<DataFrame, 'type'>

/** Of one subscription: it may remember what was sent. */
export type Feed = {
  /** Calls when there may be something new, from then on. */
  subscribe(wake: () => void): () => void
  /** `after`: what the client has, as it says. */
  first(after: string | undefined): Promise<Result<FirstPage, Refusal>>
  /** Undefined: nothing new. */
  next(cursor: string): Promise<Page | undefined>
}

/** Callers who want the same at the same time share the reading of it. */
export function sharedRead<T>(): (name: string, read: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>()
  return (name, read) => {
    const known = running.get(name)
    if (known !== undefined) return known
    const reading = read().finally(() => running.delete(name))
    running.set(name, reading)
    return reading
  }
}

/** A row of the table of schedules. */
import { parseTiming, type Timing, type TimingText } from '@braid/core/base/schedule-timing.ts'
import type { ScheduleKind } from './schedule-port.ts'

export type ScheduleRow = {
  readonly key: number
  readonly name: string
  readonly definition_id: string
  readonly kind: ScheduleKind
  readonly origin: 'definition' | 'user'
  readonly timing: string
  readonly anchor: number
  readonly input: string | null
  readonly variant: string | null
  readonly paused: boolean
  readonly next_time: number | null
  readonly revision: number
}

/** Compares equal when the content is: undefined fields are left out, the others come in one order. */
export const timingText = ({ cron, every, at, timeZone, jitter, catchUp }: TimingText): string =>
  JSON.stringify({ cron, every, at, timeZone, jitter, catchUp })

/** What was stored was read before; undefined when this host does not know its time zone any more. */
export function readTiming(text: string): Timing | undefined {
  const timing = parseTiming(JSON.parse(text) as TimingText)
  return timing.ok ? timing.value : undefined
}

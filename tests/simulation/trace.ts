/** What happened, as a hash over everything and the last lines in words. */
import type { Instant } from '@braid/core/base/instant.ts'

export type Trace = {
  /** Something happened at a time. */
  step(at: Instant, label: string): void
  /** Words for a reader, part of the hash as well. */
  note(text: string): void
  readonly hash: string
  tail(lines: number): readonly string[]
}

const kept = 400

export function createTrace(): Trace {
  let low = 0x811c9dc5
  let high = 0x1234567
  let at: Instant = 0
  let lines: string[] = []
  const mix = (value: number): void => {
    low = Math.imul(low ^ value, 0x01000193)
    high = Math.imul(high + value, 0x85ebca6b) ^ (high >>> 13)
  }
  const mixText = (text: string): void => {
    for (let index = 0; index < text.length; index++) mix(text.charCodeAt(index))
  }
  return {
    step: (time, label) => {
      at = time
      mix(time | 0)
      mixText(label)
    },
    note: (text) => {
      mixText(text)
      lines.push(`${at} ${text}`)
      if (lines.length > 2 * kept) lines = lines.slice(-kept)
    },
    get hash() {
      return `${(high >>> 0).toString(16).padStart(8, '0')}${(low >>> 0).toString(16).padStart(8, '0')}`
    },
    tail: (count) => lines.slice(-count),
  }
}

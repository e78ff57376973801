/** What a script writes on its way to the store: at once at first, then in larger pieces, and never more than is stored. */
import { setTimeout as pause } from 'node:timers/promises'
import type { OnOutput, OutputChunk } from '@braid/runner/runner.ts'
import type { OutputEntry } from '../store/task-output-port.ts'

/** A script that writes again and again makes so many entries per second at most. */
const pauseMs = 50
/** With as much at once, it writes a lot: then it is not held up. */
const largeLength = 32_768
/** Longer texts are stored in pieces. */
const maxLength = 65_536

/** The writer waits while the text is stored, so nothing piles up here. */
export function storeOutput(write: (entries: readonly OutputEntry[]) => Promise<void>): OnOutput {
  let lastAt = Number.NEGATIVE_INFINITY
  return async (chunks) => {
    const entries = chunks.flatMap(entriesOf)
    const length = entries.reduce((sum, { message = '' }) => sum + message.length, 0)
    const tooSoonMs = lastAt + pauseMs - performance.now()
    if (tooSoonMs > 0 && length < largeLength) await pause(tooSoonMs)
    lastAt = performance.now()
    await write(entries)
  }
}

type TextEntry = Extract<OutputEntry, { readonly kind: 'stdout' | 'stderr' }>

function entriesOf({ stream, text, omittedBytes }: OutputChunk): readonly TextEntry[] {
  const entries: TextEntry[] = []
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + maxLength, text.length)
    // Not between the halves of a character.
    if (to < text.length && /[\uD800-\uDBFF]/.test(text[to - 1] ?? '')) to -= 1
    // PostgreSQL stores no NUL.
    entries.push({ kind: stream, message: text.slice(from, to).replaceAll('\0', '\uFFFD') })
    from = to
  }
  const [first, ...rest] = entries
  if (omittedBytes === undefined) return entries
  return [{ ...(first ?? { kind: stream, message: '' }), omittedBytes }, ...rest]
}

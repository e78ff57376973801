/**
 * What a run wrote, as lines, folded from the frames of its stream. Pure; a batch makes a new value.
 * O1 the lines after a list of frames are the same however the list was cut into batches;
 * O2 frames at or below the last sequence change nothing, so a reconnect may repeat them;
 * O3 at most `keptLines` lines of at most `longestLine` characters are held, however much is written.
 */
import type { ExecutionFrame } from '@braid/contract/execution.ts'
import { styleAfter } from './ansi.ts'

export type OutputFrame = Extract<ExecutionFrame, { type: 'output' }>

export type OutputLine = {
  /** From 1. */
  readonly number: number
  /** A note is ours, not the script's. */
  readonly stream: OutputFrame['stream'] | 'note'
  /** Sequences for colours that were in force where it begins. */
  readonly style: string
  /** As written, with its sequences. */
  readonly text: string
  /** Characters after the text that are not held. */
  readonly cut: number
}

export type Output = {
  readonly lines: readonly OutputLine[]
  readonly lastSequence: number
  readonly attempt: number
  /** Lines that were held before those that are. */
  readonly dropped: number
  /** What the server did not keep. */
  readonly omittedBytes: number
  /** Numbers of the lines that are not ended yet, and the colours in which the next line begins. */
  readonly ends: Readonly<Record<OutputFrame['stream'], End>>
}

type End = { readonly open: number | undefined; readonly style: string }

export const keptLines = 100_000
export const longestLine = 10_000

const noEnd: End = { open: undefined, style: '' }
export const noOutput: Output = {
  lines: [],
  lastSequence: 0,
  attempt: 1,
  dropped: 0,
  omittedBytes: 0,
  ends: { stdout: noEnd, stderr: noEnd },
}

export function afterFrames(before: Output, frames: readonly OutputFrame[]): Output {
  const fresh = frames.filter(({ sequence }) => sequence > before.lastSequence)
  if (fresh.length === 0) return before
  const writer = new Writer(before)
  for (const frame of fresh) writer.write(frame)
  return writer.result()
}

/** Adds to a copy, so that a batch copies the lines once. */
class Writer {
  private readonly lines: OutputLine[]
  private readonly ends: Record<OutputFrame['stream'], End>
  private lastSequence: number
  private attempt: number
  private dropped: number
  private omittedBytes: number

  constructor(before: Output) {
    this.lines = [...before.lines]
    this.ends = { ...before.ends }
    this.lastSequence = before.lastSequence
    this.attempt = before.attempt
    this.dropped = before.dropped
    this.omittedBytes = before.omittedBytes
  }

  write(frame: OutputFrame): void {
    this.lastSequence = frame.sequence
    if (frame.attempt !== this.attempt) {
      this.attempt = frame.attempt
      this.note(`The node that ran it was lost. Attempt ${frame.attempt} starts from the beginning.`)
    }
    if (frame.omittedBytes !== undefined) {
      this.omittedBytes += frame.omittedBytes
      const bytes = frame.omittedBytes.toLocaleString('en')
      this.note(`${bytes} bytes are left out here: the run wrote more than is kept.`)
    }
    const parts = frame.text.split('\n')
    parts.forEach((part, index) => {
      const ended = index < parts.length - 1
      if (part !== '' || ended) this.append(frame.stream, part, ended)
    })
    if (this.lines.length > 2 * keptLines) this.drop()
  }

  private append(stream: OutputFrame['stream'], text: string, ended: boolean): void {
    const { open, style } = this.ends[stream]
    const at = open === undefined ? this.lines.length : open - 1 - this.dropped
    const line = lengthened(
      this.lines[at] ?? { number: at + 1 + this.dropped, stream, style, text: '', cut: 0 },
      text,
    )
    // A line that is open may have been dropped meanwhile: what follows is of a line that nobody sees.
    if (at >= 0) this.lines[at] = line
    this.ends[stream] = ended
      ? { open: undefined, style: styleAfter(line.style, line.text) }
      : { open: open ?? line.number, style }
  }

  private note(text: string): void {
    this.ends.stdout = noEnd
    this.ends.stderr = noEnd
    const number = this.lines.length + 1 + this.dropped
    this.lines.push({ number, stream: 'note', style: '', text, cut: 0 })
  }

  private drop(): void {
    const surplus = this.lines.length - keptLines
    if (surplus <= 0) return
    this.lines.splice(0, surplus)
    this.dropped += surplus
  }

  result(): Output {
    this.drop()
    const { lines, lastSequence, attempt, dropped, omittedBytes, ends } = this
    return { lines, lastSequence, attempt, dropped, omittedBytes, ends }
  }
}

/** What a carriage return overwrote is gone, as in a terminal: a progress bar is one line. */
function lengthened(line: OutputLine, more: string): OutputLine {
  const text = line.text + more
  const back = text.lastIndexOf('\r', text.length - 2)
  const style = back < 0 ? line.style : styleAfter(line.style, text.slice(0, back))
  const shown = text.slice(back + 1)
  // A carriage return at the end may be half of a line's end: what comes next decides.
  const [body, end] = shown.endsWith('\r') ? [shown.slice(0, -1), '\r'] : [shown, '']
  return {
    ...line,
    style,
    text: body.slice(0, longestLine) + end,
    cut: (back < 0 ? line.cut : 0) + Math.max(0, body.length - longestLine),
  }
}

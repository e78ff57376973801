/**
 * Collects what a run writes. Invariants:
 * O1 text is whole characters; what is no UTF-8 becomes U+FFFD;
 * O2 no more than the limit is kept: most of it as it comes, the rest of it from the end, in between a mark that says
 *    how much is missing; what is kept from the end is little enough to be delivered soon after it;
 * O3 reading waits for whoever takes the output, so nothing piles up here;
 * O4 who writes much is read slowly, past what is delivered only to keep the end of it: who writes without end gains
 *    nothing by it, and takes little of the time that all share here.
 */
import type { Readable } from 'node:stream'
import { lentBuffers } from './lent-buffers.ts'
import { joined, type Piece, pieceOf } from './output-piece.ts'
import { createOutputTail } from './output-tail.ts'
import { pace, paceDropped } from './pacing.ts'
import type { OnOutput, OutputChunk, OutputStream } from './runner.ts'
import { createWholeCharacters } from './whole-characters.ts'

/** The first piece goes at once; what arrives within this time after a delivery travels together, unless it is much. */
const tickMs = 10
const deliveredBytes = 64 * 1024
/** Read as fast as it comes, when each read counts for so much at least. */
const unpacedBytes = 1024 * 1024
const leastBytes = 1024
/** From the end, unless that is more than half. */
const tailBytes = 1024 * 1024

export type Output = {
  /** Reads a stream to its end; what it gives is nobody else's. */
  read(stream: OutputStream, from: Readable): Promise<void>
  /** Delivers what is left; afterwards nothing is. */
  end(): Promise<void>
  bytes(): number
}

export function collectOutput(maxBytes: number, elapsed: () => number, onOutput: OnOutput): Output {
  const headBytes = Math.max(Math.ceil(maxBytes / 2), maxBytes - tailBytes)
  const tail = createOutputTail(maxBytes - headBytes)
  const characters = createWholeCharacters<OutputStream>()
  let total = 0
  let spent = 0
  let kept = 0
  let isHead = true
  let sequence = 0
  let waiting: Piece[] = []
  let waitingBytes = 0
  let delivery: Promise<unknown> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let deliveredAtMs = Number.NEGATIVE_INFINITY

  const chunkOf = ({ stream, atMs, text }: Piece, omittedBytes = 0): OutputChunk => {
    sequence += 1
    return { sequence, stream, atMs, text, ...(omittedBytes === 0 ? {} : { omittedBytes }) }
  }

  const deliver = (): Promise<unknown> => {
    clearTimeout(timer)
    timer = undefined
    deliveredAtMs = performance.now()
    const chunks = joined(waiting).map((piece) => chunkOf(piece))
    waiting = []
    waitingBytes = 0
    if (chunks.length > 0) delivery = delivery.then(() => onOutput(chunks))
    // A failure is told to who reads or ends next.
    delivery.catch(() => undefined)
    return delivery
  }

  const keepRest = (): void => {
    for (const [stream, data] of characters.rest()) tail.keep({ stream, atMs: elapsed(), data })
  }

  const add = (stream: OutputStream, data: Buffer): void => {
    const atMs = elapsed()
    if (!isHead) {
      tail.keep({ stream, atMs, data })
      return
    }
    const whole = characters.of(stream, data)
    const piece = pieceOf({ stream, atMs, data: whole })
    if (kept + piece.bytes > headBytes) {
      isHead = false
      tail.keep({ stream, atMs, data: whole })
      keepRest()
    } else if (piece.bytes > 0) {
      kept += piece.bytes
      waitingBytes += piece.bytes
      waiting.push(piece)
    }
  }

  return {
    bytes: () => total,
    read: async (stream, from) => {
      for await (const data of lentBuffers(from)) {
        total += data.length
        add(stream, data)
        if (waitingBytes > 0) {
          const isDue = waitingBytes > deliveredBytes || performance.now() - deliveredAtMs > tickMs
          if (isDue) deliver()
          else timer ??= setTimeout(deliver, tickMs)
        }
        await delivery
        spent += Math.max(leastBytes, data.length)
        if (spent > unpacedBytes) await (isHead ? pace : paceDropped)(data.length)
      }
    },
    end: async () => {
      await deliver()
      keepRest()
      for await (const { pieces, omitted } of tail.take())
        await onOutput(joined(pieces).map((piece, index) => chunkOf(piece, index === 0 ? omitted : 0)))
    },
  }
}

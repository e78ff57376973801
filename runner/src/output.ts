/**
 * Collects what a run writes. Invariants:
 * O1 text is whole characters; what is no UTF-8 becomes U+FFFD;
 * O2 no more than the limit is kept: the first half as it comes, the rest of it from the end, in between a mark that
 *    says how much is missing;
 * O3 reading waits for whoever takes the output, so nothing piles up here;
 * O4 past the first half, reading is slowed down: who writes without end gains nothing by it.
 */
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { setTimeout as pause } from 'node:timers/promises'
import type { OnOutput, OutputChunk, OutputStream } from './runner.ts'

/** The first piece goes at once; what arrives within this time after a delivery travels together, unless it is much. */
const tickMs = 10
const deliveredBytes = 64 * 1024
/** Read per second and stream when only the end is of interest. */
const skippedBytesPerSecond = 64 * 1024 * 1024

type Piece = {
  readonly stream: OutputStream
  readonly atMs: number
  readonly text: string
  readonly bytes: number
}

export type Output = {
  /** Reads a stream to its end. */
  read(stream: OutputStream, from: Readable): Promise<void>
  /** Delivers what is left; afterwards nothing is. */
  end(): Promise<void>
  bytes(): number
}

export function collectOutput(maxBytes: number, elapsed: () => number, onOutput: OnOutput): Output {
  const headBytes = Math.ceil(maxBytes / 2)
  const tailBytes = maxBytes - headBytes
  let total = 0
  let kept = 0
  let sequence = 0
  let waiting: Piece[] = []
  let waitingBytes = 0
  let tail: Piece[] = []
  let tailSize = 0
  let omitted = 0
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

  const keep = (piece: Piece): void => {
    tail.push(piece)
    tailSize += piece.bytes
    while (tailSize > tailBytes && tail.length > 0) {
      const first = tail[0] as Piece
      const excess = tailSize - tailBytes
      if (first.bytes <= excess) tail.shift()
      else tail[0] = shortened(first, excess)
      const dropped = first.bytes - (first.bytes <= excess ? 0 : (tail[0]?.bytes ?? 0))
      tailSize -= dropped
      omitted += dropped
    }
  }

  const add = (stream: OutputStream, text: string): void => {
    if (text === '') return
    const piece = { stream, atMs: elapsed(), text, bytes: Buffer.byteLength(text) }
    if (kept + piece.bytes <= headBytes && tail.length === 0 && omitted === 0) {
      kept += piece.bytes
      waitingBytes += piece.bytes
      waiting.push(piece)
      return
    }
    keep(piece)
  }

  return {
    bytes: () => total,
    read: async (stream, from) => {
      const decoder = new StringDecoder('utf8')
      for await (const data of from as AsyncIterable<Buffer>) {
        total += data.length
        add(stream, decoder.write(data))
        if (waitingBytes > 0) {
          const isDue = waitingBytes > deliveredBytes || performance.now() - deliveredAtMs > tickMs
          if (isDue) deliver()
          else timer ??= setTimeout(deliver, tickMs)
        }
        await delivery
        if (total > headBytes) await pause((data.length / skippedBytesPerSecond) * 1_000)
      }
      add(stream, decoder.end())
    },
    end: async () => {
      await deliver()
      const rest = joined(tail)
      tail = []
      if (rest.length === 0 && omitted === 0) return
      const last =
        rest.length > 0 ? rest : [{ stream: 'stdout' as const, atMs: elapsed(), text: '', bytes: 0 }]
      await onOutput(last.map((piece, index) => chunkOf(piece, index === 0 ? omitted : 0)))
    },
  }
}

/** Neighbours of the same stream as one. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const result: { stream: OutputStream; atMs: number; texts: string[]; bytes: number }[] = []
  for (const { stream, atMs, text, bytes } of pieces) {
    const last = result.at(-1)
    if (last?.stream === stream) {
      last.texts.push(text)
      last.bytes += bytes
    } else result.push({ stream, atMs, texts: [text], bytes })
  }
  return result.map(({ texts, ...piece }) => ({ ...piece, text: texts.join('') }))
}

/** Without its first `bytes`, up to the next whole character. */
function shortened(piece: Piece, bytes: number): Piece {
  const data = Buffer.from(piece.text)
  let start = bytes
  while (start < data.length && ((data[start] as number) & 0xc0) === 0x80) start += 1
  return { ...piece, text: data.toString('utf8', start), bytes: data.length - start }
}

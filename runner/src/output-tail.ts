/**
 * The end of what a run writes, kept as it came: most of it is dropped again, so that nothing is done to it but to keep
 * it, in a ring of bytes. However much a run writes, and in however small pieces, that is all the memory it takes.
 */
import { setImmediate as othersTurn } from 'node:timers/promises'
import { giveBack } from './lent-buffers.ts'
import { type Piece, pieceOf, type RawPiece, shortened, textBytes } from './output-piece.ts'
import type { OutputStream } from './runner.ts'
import { createWholeCharacters, withoutContinuation } from './whole-characters.ts'

export type OutputTail = {
  keep(piece: RawPiece): void
  /**
   * What is kept as text, in order and in parts of moderate size, each made when it is asked for, with how many bytes
   * are missing before it. There is a part, if only an empty one, where bytes are missing. Nothing is kept afterwards.
   */
  take(): AsyncIterable<OutputPart>
}

export type OutputPart = { readonly pieces: readonly Piece[]; readonly omitted: number }

/** Handed on at once: more would hold up others for long, less whoever waits for the end. */
const partBytes = 128 * 1024
const turnBytes = 64 * 1024
/** So that streams that take turns with every byte take no more than others. */
const maxTurns = 10_000

/** What a stream wrote while the other wrote nothing; its places count from the first byte that was ever kept. */
type Turn = { readonly stream: OutputStream; readonly atMs: number; readonly from: number; to: number }

export function createOutputTail(maxBytes: number): OutputTail {
  let ring: Buffer | undefined
  let turns: Turn[] = []
  /** Before it, all are dropped; they go together now and then, for that moves the rest. */
  let first = 0
  /** What is kept, as `Turn` counts. */
  let start = 0
  let end = 0
  let lastAtMs = 0
  /** Whose next bytes may be the rest of a character that was dropped. */
  let cut = new Set<OutputStream>()

  const store = (data: Buffer): void => {
    if (maxBytes === 0) return
    ring ??= Buffer.allocUnsafeSlow(maxBytes)
    const last = data.subarray(Math.max(0, data.length - maxBytes))
    const copied = last.copy(ring, (end + data.length - last.length) % maxBytes)
    last.copy(ring, 0, copied)
  }

  const dropBefore = (place: number): void => {
    start = Math.max(start, place)
    for (let turn = turns[first]; turn !== undefined && turn.from < start; turn = turns[first]) {
      cut.add(turn.stream)
      if (turn.to > start) break
      first += 1
    }
    if (first < 1_024 || first < turns.length / 2) return
    turns = turns.slice(first)
    first = 0
  }

  /** In two pieces where the ring ends in between. */
  const rawOf = ({ stream, atMs, from, to }: Turn): readonly RawPiece[] => {
    if (ring === undefined) return []
    const at = Math.max(from, start) % maxBytes
    const length = to - Math.max(from, start)
    const pieces = [ring.subarray(at, at + length), ring.subarray(0, Math.max(0, at + length - maxBytes))]
    return pieces.filter((data) => data.length > 0).map((data) => ({ stream, atMs, data }))
  }

  const whole = (piece: RawPiece): RawPiece => {
    if (!cut.has(piece.stream)) return piece
    const data = withoutContinuation(piece.data)
    if (data.length > 0) cut.delete(piece.stream)
    start += piece.data.length - data.length
    return { ...piece, data }
  }

  return {
    keep: ({ stream, atMs, data }) => {
      store(data)
      const last = turns.length > first ? turns.at(-1) : undefined
      const from = end
      end += data.length
      lastAtMs = atMs
      if (last?.stream === stream && end - last.from <= turnBytes) last.to = end
      else turns.push({ stream, atMs, from, to: end })
      dropBefore(end - maxBytes)
      if (turns.length - first > maxTurns) dropBefore(turns[turns.length - maxTurns]?.from ?? start)
    },
    take: async function* () {
      const raw = turns.slice(first).flatMap(rawOf).map(whole)
      const missing = start
      const kept = ring
      ring = undefined
      turns = []
      ;[first, start, end, cut] = [0, 0, 0, new Set()]
      const nothing: Piece = { stream: 'stdout', atMs: lastAtMs, text: '', bytes: 0 }
      yield* partsOf(raw, maxBytes, missing, nothing)
      if (kept !== undefined) giveBack(kept)
    },
  }
}

/** As text, which is longer than what was written where that is no UTF-8; cut to the limit again. */
async function* partsOf(
  raw: readonly RawPiece[],
  maxBytes: number,
  missing: number,
  nothing: Piece,
): AsyncGenerator<OutputPart> {
  let excess = -maxBytes
  for await (const piece of wholeOf(raw)) excess += textBytes(piece)
  let omitted = missing
  let pieces: Piece[] = []
  let inPart = 0
  for await (const whole of wholeOf(raw)) {
    const piece = pieceOf(whole)
    const rest = excess > 0 ? shortened(piece, Math.min(excess, piece.bytes)) : piece
    excess -= piece.bytes - rest.bytes
    omitted += piece.bytes - rest.bytes
    if (rest.bytes === 0) continue
    pieces.push(rest)
    inPart += rest.bytes
    if (inPart < partBytes) continue
    yield { pieces, omitted }
    ;[pieces, inPart, omitted] = [[], 0, 0]
  }
  if (pieces.length > 0) yield { pieces, omitted }
  else if (omitted > 0) yield { pieces: [nothing], omitted }
}

/** In whole characters. Others have their turn now and then. */
async function* wholeOf(raw: readonly RawPiece[]): AsyncGenerator<RawPiece> {
  const characters = createWholeCharacters<OutputStream>()
  let bytes = 0
  for (const { data, ...piece } of raw) {
    yield { ...piece, data: characters.of(piece.stream, data) }
    bytes += data.length
    if (bytes < partBytes) continue
    bytes = 0
    await othersTurn()
  }
  const atMs = raw.at(-1)?.atMs ?? 0
  for (const [stream, data] of characters.rest()) yield { stream, atMs, data }
}

/**
 * The end of what a run writes, kept as it came: most of it is dropped again, so that nothing is done to it but to keep
 * it. Small neighbours are copied into one, or a script that writes byte by byte would take a hundred times its bytes.
 */
import { setImmediate as othersTurn } from 'node:timers/promises'
import { type Piece, pieceOf, type RawPiece, shortened } from './output-piece.ts'
import type { OutputStream } from './runner.ts'
import { createWholeCharacters, withoutContinuation } from './whole-characters.ts'

export type OutputTail = {
  keep(piece: RawPiece): void
  /**
   * What is kept as text, in order and in parts of moderate size, and how many bytes are missing before it. There is
   * a part, if only an empty one, where bytes are missing. Nothing is kept afterwards.
   */
  take(): Promise<{ readonly parts: readonly (readonly Piece[])[]; readonly omitted: number }>
}

/** Handed on at once: more would hold up others for long, less whoever waits for the end. */
const partBytes = 512 * 1024
const smallBytes = 4_096

export function createOutputTail(maxBytes: number): OutputTail {
  let pieces: RawPiece[] = []
  /** Before it, all are dropped; they go together now and then, for that moves the rest. */
  let first = 0
  let size = 0
  let omitted = 0
  let lastAtMs = 0
  /** Whose next bytes may be the rest of a character that was dropped. */
  let cut = new Set<OutputStream>()

  const drop = (): void => {
    for (let excess = size - maxBytes; excess > 0; excess = size - maxBytes) {
      const piece = pieces[first] as RawPiece
      const bytes = Math.min(excess, piece.data.length)
      cut.add(piece.stream)
      if (bytes === piece.data.length) first += 1
      else pieces[first] = { ...piece, data: piece.data.subarray(bytes) }
      size -= bytes
      omitted += bytes
    }
    if (first < 1_024 || first < pieces.length / 2) return
    pieces = pieces.slice(first)
    first = 0
  }

  const whole = (piece: RawPiece): RawPiece => {
    if (!cut.has(piece.stream)) return piece
    const data = withoutContinuation(piece.data)
    if (data.length > 0) cut.delete(piece.stream)
    omitted += piece.data.length - data.length
    return { ...piece, data }
  }

  return {
    keep: (piece) => {
      const last = pieces.length > first ? pieces.at(-1) : undefined
      if (last?.stream === piece.stream && last.data.length + piece.data.length <= smallBytes)
        pieces[pieces.length - 1] = { ...last, data: Buffer.concat([last.data, piece.data]) }
      else pieces.push(piece)
      lastAtMs = piece.atMs
      size += piece.data.length
      drop()
    },
    take: async () => {
      const raw = pieces.slice(first).map(whole)
      const missing = omitted
      pieces = []
      ;[first, size, omitted, cut] = [0, 0, 0, new Set()]
      const { parts, excess } = await partsOf(raw, maxBytes)
      const nothing: Piece = { stream: 'stdout', atMs: lastAtMs, text: '', bytes: 0 }
      const isAny = parts.length > 0 || missing + excess === 0
      return { parts: isAny ? parts : [[nothing]], omitted: missing + excess }
    },
  }
}

/** As text, which is longer than what was written where that is no UTF-8; cut to the limit again. */
async function partsOf(
  raw: readonly RawPiece[],
  maxBytes: number,
): Promise<{ readonly parts: readonly (readonly Piece[])[]; readonly excess: number }> {
  const characters = createWholeCharacters<OutputStream>()
  const parts: Piece[][] = []
  let [bytes, inPart] = [0, partBytes]
  const add = (piece: Piece): void => {
    if (piece.bytes === 0) return
    if (inPart >= partBytes) {
      parts.push([])
      inPart = 0
    }
    parts.at(-1)?.push(piece)
    inPart += piece.bytes
    bytes += piece.bytes
  }
  for (const { data, ...piece } of raw) {
    if (inPart >= partBytes) await othersTurn()
    add(pieceOf({ ...piece, data: characters.of(piece.stream, data) }))
  }
  const atMs = raw.at(-1)?.atMs ?? 0
  for (const [stream, data] of characters.rest()) add(pieceOf({ stream, atMs, data }))
  return { parts, excess: shorten(parts, bytes - maxBytes) }
}

/** Removes at least so many bytes from the beginning, up to a whole character; how many it were. */
function shorten(parts: Piece[][], bytes: number): number {
  let removed = 0
  while (removed < bytes) {
    const part = parts[0] as Piece[]
    const piece = part.shift() as Piece
    const rest = piece.bytes > bytes - removed ? shortened(piece, bytes - removed) : undefined
    if (rest !== undefined) part.unshift(rest)
    removed += piece.bytes - (rest?.bytes ?? 0)
    if (part.length === 0) parts.shift()
  }
  return removed
}

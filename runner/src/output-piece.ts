/** Pieces of what a run writes. */
import { isUtf8 } from 'node:buffer'
import type { OutputStream } from './runner.ts'
import { withoutContinuation } from './whole-characters.ts'

export type RawPiece = { readonly stream: OutputStream; readonly atMs: number; readonly data: Buffer }

export type Piece = {
  readonly stream: OutputStream
  readonly atMs: number
  readonly text: string
  /** Of the text, which is longer than what was written where that is no UTF-8. */
  readonly bytes: number
}

/** Of the text that it becomes, which is rarely made for that. */
export const textBytes = ({ data }: RawPiece): number =>
  isUtf8(data) ? data.length : Buffer.byteLength(data.toString('utf8'))

export const pieceOf = ({ stream, atMs, data }: RawPiece): Piece => {
  const text = data.toString('utf8')
  return { stream, atMs, text, bytes: isUtf8(data) ? data.length : Buffer.byteLength(text) }
}

/** Neighbours of the same stream as one. */
export function joined(pieces: readonly Piece[]): readonly Piece[] {
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
export const shortened = ({ stream, atMs, text }: Piece, bytes: number): Piece =>
  pieceOf({ stream, atMs, data: withoutContinuation(Buffer.from(text).subarray(bytes)) })

import type { Readable } from 'node:stream'

/**
 * Whole lines of a stream, without their ends; what follows the last end may be half a line. Throws where the stream breaks
 * off, and at a line that is too long.
 */
export async function* linesOf(stream: Readable, maxBytes: number): AsyncGenerator<string> {
  let pieces: Buffer[] = []
  let bytes = 0
  for await (const data of stream as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
      yield Buffer.concat([...pieces, data.subarray(start, end)]).toString()
      pieces = []
      bytes = 0
      start = end + 1
    }
    bytes += data.length - start
    if (bytes > maxBytes) throw new Error(`expected a line of at most ${maxBytes} bytes`)
    pieces.push(data.subarray(start))
  }
}

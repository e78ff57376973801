/**
 * Buffers whose memory is given back as soon as nobody needs them. The collector is slow to do it, for it is outside of
 * the heap: of a script that writes without end, there were more than 100 MB of garbage.
 */
import { finished, type Readable } from 'node:stream'

/** Lent at once, and a buffer more. */
const lentBytes = 64 * 1024

/**
 * What a stream brings, each buffer until the next is asked for; who wants to keep it copies it. What came meanwhile
 * comes as one, as from the stream's own iterator, but that leaves its parts to the collector.
 */
export async function* lentBuffers(from: Readable): AsyncGenerator<Buffer> {
  let came: Buffer[] = []
  let end: { readonly error: unknown } | undefined
  let wake: () => void = () => undefined
  let bytes = 0
  from.on('data', (data: Buffer) => {
    came.push(data)
    bytes += data.length
    // Before this returns: a stream that always has more never lets anybody else run.
    if (bytes >= lentBytes) from.pause()
    wake()
  })
  from.pause()
  finished(from, { writable: false }, (error) => {
    end = { error }
    wake()
  })
  try {
    while (end === undefined || came.length > 0) {
      if (came.length === 0) {
        const { promise, resolve } = Promise.withResolvers<void>()
        wake = resolve
        // What waits comes before the promise is seen to be resolved.
        from.resume()
        await promise
        from.pause()
        continue
      }
      const data = joined(came)
      came = []
      bytes = 0
      yield data
      giveBack(data)
    }
    if (end.error) throw end.error
  } finally {
    from.destroy()
  }
}

function joined(buffers: readonly Buffer[]): Buffer {
  const [only] = buffers
  if (only !== undefined && buffers.length === 1) return only
  // Not of the pool, which is shared.
  const all = Buffer.allocUnsafeSlow(buffers.reduce((sum, { length }) => sum + length, 0))
  let to = 0
  for (const buffer of buffers) {
    to += buffer.copy(all, to)
    giveBack(buffer)
  }
  return all
}

/** Leaves the buffer empty. */
export function giveBack({ buffer, byteLength }: Buffer): void {
  // Others may have the rest of what is shared.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}

/**
 * How a process of this tier and the server talk. The request comes on standard input: its length in bytes, a line feed,
 * JSON. On a descriptor of its own goes out a line when it can come, and the end: a line `nonce {"exitCode":…}` and the
 * bytes of the result. Output of the script is what is written to standard output and error. Invariants:
 * H1 the process does nothing but wait before its request has come, and ends when the server is gone;
 * H2 after the end is told it waits to be killed, so that the server still sees what it has used.
 */

/** Of the process; below are those of a sandbox around it. */
export const endDescriptor = 5

export type GuestRequest = {
  /** Begins the line that tells the end. No script knows it. */
  readonly nonce: string
  readonly source: string
  readonly stdin: string
  readonly files: Readonly<Record<string, string>>
  /** A JSON object. */
  readonly input: string
  readonly memoryBytes: number
  readonly diskBytes: number
  readonly wallMs: number
}

export type GuestEnd = {
  readonly exitCode: number
  /** It asked for more memory than it may have, last thing. */
  readonly outOfMemory: boolean
  readonly resultBytes: number
}

// Copies, since nothing is left of Node's modules when they are needed.
const { readSync, writeSync } = process.getBuiltinModule('fs')
const { reallyExit: exit } = process as unknown as { readonly reallyExit: (code: number) => never }
const pause = new Int32Array(new SharedArrayBuffer(4))
const pauseMs = 1
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A call that the system would have to wait for, such as writing to a pipe that is full, waits here. */
function patiently(call: () => number): number {
  for (;;) {
    try {
      return call()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(pause, 0, 0, pauseMs)
    }
  }
}

function read(buffer: Uint8Array, from: number): number {
  const bytes = patiently(() => readSync(0, buffer, from, buffer.length - from, null))
  return bytes === 0 ? exit(0) : bytes
}

/** Waits for it. */
export function readRequest(): GuestRequest {
  writeText(endDescriptor, 'ready\n')
  const head = new Uint8Array(1)
  let length = 0
  for (read(head, 0); head[0] !== 10; read(head, 0)) length = length * 10 + (head[0] as number) - 48
  const body = new Uint8Array(length)
  for (let at = 0; at < length; ) at += read(body, at)
  return JSON.parse(decoder.decode(body)) as GuestRequest
}

/** All of it; waits while nobody reads. */
export function write(descriptor: number, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length; ) at += patiently(() => writeSync(descriptor, bytes, at))
  } catch {
    // Nobody is there to read.
    exit(0)
  }
}

export const writeText = (descriptor: number, text: string): void => write(descriptor, encoder.encode(text))

export function end(nonce: string, exitCode: number, outOfMemory: boolean, result: Uint8Array): never {
  const told: GuestEnd = { exitCode, outOfMemory, resultBytes: result.length }
  writeText(endDescriptor, `${nonce} ${JSON.stringify(told)}\n`)
  write(endDescriptor, result)
  for (;;) read(new Uint8Array(1), 0)
}

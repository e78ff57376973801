import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { collectOutput } from './output.ts'
import { createOutputTail, type OutputPart } from './output-tail.ts'
import type { OutputChunk } from './runner.ts'

type Writes = readonly (readonly ['stdout' | 'stderr', Uint8Array | string])[]

/** What is kept of these writes, one after another. */
async function collect(maxBytes: number, writes: Writes): Promise<readonly OutputChunk[]> {
  const chunks: OutputChunk[] = []
  const output = collectOutput(
    maxBytes,
    () => 7,
    (more) => {
      chunks.push(...more)
    },
  )
  for (const [stream, data] of writes) await output.read(stream, Readable.from([Buffer.from(data)]))
  await output.end()
  expect(output.bytes()).toBe(writes.reduce((sum, [, data]) => sum + Buffer.from(data).length, 0))
  expect(chunks.map(({ sequence }) => sequence)).toEqual(chunks.map((_, index) => index + 1))
  return chunks
}

const textOf = (chunks: readonly OutputChunk[], of?: string): string =>
  chunks.flatMap(({ stream, text }) => (of === undefined || stream === of ? [text] : [])).join('')
const omittedIn = (chunks: readonly OutputChunk[]): number =>
  chunks.reduce((sum, { omittedBytes = 0 }) => sum + omittedBytes, 0)

/** Each byte by itself. */
const bytewise = (stream: 'stdout' | 'stderr', text: string): Writes =>
  [...Buffer.from(text)].map((byte) => [stream, Uint8Array.of(byte)])

test('characters that come in pieces are whole, of each stream by itself', async () => {
  const [out, err] = [bytewise('stdout', 'aé✓🙂z'), bytewise('stderr', '✓🙂éaz')]
  const mixed = out.flatMap((write, index) =>
    [write, err[index] ?? write].slice(0, index < err.length ? 2 : 1),
  )
  const chunks = await collect(1_000, mixed)
  expect(textOf(chunks, 'stdout')).toBe('aé✓🙂z')
  expect(textOf(chunks, 'stderr')).toBe('✓🙂éaz')
})

test('of streams that take turns, none begins in a character', async () => {
  const err = bytewise('stderr', '✓'.repeat(20))
  const mixed = bytewise('stdout', '🙂'.repeat(15)).flatMap((write, index) => [write, err[index] ?? write])
  for (let maxBytes = 2; maxBytes < 40; maxBytes++) {
    const chunks = await collect(maxBytes, mixed)
    expect(textOf(chunks)).toMatch(/^[🙂✓]*$/u)
    expect(Buffer.byteLength(textOf(chunks)) + omittedIn(chunks)).toBe(120)
  }
})

test('a character stays whole between the beginning and the end', async () => {
  for (let maxBytes = 2; maxBytes < 30; maxBytes++) {
    const text = 'é✓🙂aé✓🙂'
    const chunks = await collect(maxBytes, bytewise('stdout', text))
    const [kept, omitted] = [textOf(chunks), omittedIn(chunks)]
    expect(kept).not.toContain('\uFFFD')
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(maxBytes)
    expect(Buffer.byteLength(kept) + omitted).toBe(Buffer.byteLength(text))
    const [mark] = chunks.flatMap(({ omittedBytes }, index) => (omittedBytes === undefined ? [] : [index]))
    if (mark === undefined) expect(kept).toBe(text)
    else {
      expect(text.startsWith(textOf(chunks.slice(0, mark)))).toBe(true)
      expect(text.endsWith(textOf(chunks.slice(mark)))).toBe(true)
    }
  }
})

test('what is no UTF-8 takes no more than the limit, though its text is longer', async () => {
  const writes = Array.from({ length: 100 }, () => ['stdout', Buffer.alloc(50, 0xff)] as const)
  const chunks = await collect(1_000, writes)
  expect(textOf(chunks)).toMatch(/^\uFFFD+$/)
  expect(Buffer.byteLength(textOf(chunks))).toBeLessThanOrEqual(1_000)
  expect(Buffer.byteLength(textOf(chunks))).toBeGreaterThan(900)
  expect(omittedIn(chunks)).toBeGreaterThan(4_000)
})

test('a character that never ends is told by a mark, one that begins anew does not hide it', async () => {
  expect(textOf(await collect(100, [['stdout', Uint8Array.of(0x61, 0xf0, 0x9f)]]))).toBe('a\uFFFD')
  const twice: Writes = [
    ['stdout', Uint8Array.of(0xe2, 0x82)],
    ['stdout', 'é'],
  ]
  expect(textOf(await collect(100, twice))).toBe('\uFFFDé')
})

test('the end comes in order and in parts of moderate size, the mark before the first', async () => {
  const lines = Array.from({ length: 40_000 }, (_, index) => `${index}\n`.padStart(100))
  const writes = Array.from(
    { length: 40 },
    (_, index) =>
      [
        index % 2 === 0 ? 'stdout' : 'stderr',
        lines.slice(index * 1_000, (index + 1) * 1_000).join(''),
      ] as const,
  )
  const whole = lines.join('')
  const chunks = await collect(3 << 20, writes)
  const mark = chunks.findIndex(({ omittedBytes }) => omittedBytes !== undefined)
  const [head, tail] = [textOf(chunks.slice(0, mark)), textOf(chunks.slice(mark))]
  expect(whole.startsWith(head)).toBe(true)
  expect(whole.endsWith(tail)).toBe(true)
  expect(head.length + tail.length + omittedIn(chunks)).toBe(whole.length)
  expect(chunks.filter(({ omittedBytes }) => omittedBytes !== undefined)).toHaveLength(1)
  expect(tail.length).toBe(1 << 20)
  expect(Math.max(...chunks.map(({ text }) => text.length))).toBeLessThan(1 << 20)
})

test('where nothing of the end may be kept, it still says how much is missing', async () => {
  const chunks = await collect(1, [['stdout', 'abc']])
  expect(chunks).toEqual([{ sequence: 1, stream: 'stdout', atMs: 7, text: '', omittedBytes: 3 }])
})

test('streams that take turns with every byte leave a bounded number of pieces', async () => {
  const tail = createOutputTail(1 << 20)
  const bytes = 50_000
  for (let nth = 0; nth < bytes; nth += 1)
    tail.keep({ stream: nth % 2 === 0 ? 'stdout' : 'stderr', atMs: nth, data: Buffer.from(`${nth % 10}`) })
  const parts: OutputPart[] = []
  for await (const part of tail.take()) parts.push(part)
  const pieces = parts.flatMap((part) => part.pieces)
  expect([pieces.length, parts.reduce((sum, { omitted }) => sum + omitted, 0)]).toEqual([
    10_000,
    bytes - 10_000,
  ])
  expect(pieces.slice(-3).map(({ text, atMs }) => [text, atMs])).toEqual([
    ['7', bytes - 3],
    ['8', bytes - 2],
    ['9', bytes - 1],
  ])
})

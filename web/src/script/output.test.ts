import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainText, spansOf } from './ansi.ts'
import { afterFrames, keptLines, longestLine, noOutput, type Output, type OutputFrame } from './output.ts'

const frame = (sequence: number, text: string, more: Partial<OutputFrame> = {}): OutputFrame => ({
  type: 'output',
  sequence,
  stream: 'stdout',
  timestamp: '2026-01-01T00:00:00Z',
  attempt: 1,
  text,
  ...more,
})

const linesOf = (...frames: readonly OutputFrame[]) =>
  afterFrames(noOutput, frames).lines.map(({ stream, text }) => [stream, plainText(text)])

test('chunks become lines, each stream by itself', () => {
  expect(
    linesOf(frame(1, 'one\ntw'), frame(2, 'oops\n', { stream: 'stderr' }), frame(3, 'o\n\nthree')),
  ).toEqual([
    ['stdout', 'one'],
    ['stdout', 'two'],
    ['stderr', 'oops'],
    ['stdout', ''],
    ['stdout', 'three'],
  ])
})

test('what was seen before changes nothing', () => {
  const once = afterFrames(noOutput, [frame(1, 'a\n'), frame(2, 'b\n')])
  expect(afterFrames(once, [frame(1, 'a\n'), frame(2, 'b\n')])).toBe(once)
})

test('a progress bar is one line, and Windows line ends are line ends', () => {
  expect(linesOf(frame(1, '10 %\r'), frame(2, '20 %\r'), frame(3, '30 %\r\ndone\r\n'))).toEqual([
    ['stdout', '30 %'],
    ['stdout', 'done'],
  ])
})

test('what was left out and a new attempt are told in lines of their own', () => {
  expect(
    linesOf(
      frame(1, 'half'),
      frame(2, 'tail\n', { omittedBytes: 12_345 }),
      frame(3, 'again', { attempt: 2 }),
    ),
  ).toEqual([
    ['stdout', 'half'],
    ['note', '12,345 bytes are left out here: the run wrote more than is kept.'],
    ['stdout', 'tail'],
    ['note', 'The node that ran it was lost. Attempt 2 starts from the beginning.'],
    ['stdout', 'again'],
  ])
})

test('colours last over lines until they are reset, each stream with its own', () => {
  const { lines } = afterFrames(noOutput, [
    frame(1, '\u001b[1;31mred\nstill \u001b[3'),
    frame(2, 'plain\n', { stream: 'stderr' }),
    frame(3, '2mgreen\n\u001b[0mnone\n'),
  ])
  expect(lines.map(({ style, text }) => spansOf(style, text).map((span) => [span.text, span.style]))).toEqual(
    [
      [['red', { color: 'var(--ansi-red)', fontWeight: 700 }]],
      [
        ['still ', { color: 'var(--ansi-red)', fontWeight: 700 }],
        ['green', { color: 'var(--ansi-green)', fontWeight: 700 }],
      ],
      [['plain', {}]],
      [['none', {}]],
    ],
  )
})

test('exact colours are kept; titles, links, movements and control characters are dropped', () => {
  expect(spansOf('', '\u001b[38;5;208ma\u001b[48;2;1;2;3mb\u001b[0mc')).toMatchObject([
    { text: 'a', style: { color: 'rgb(255, 135, 0)' } },
    { text: 'b', style: { color: 'rgb(255, 135, 0)', backgroundColor: 'rgb(1, 2, 3)' } },
    { text: 'c', style: {} },
  ])
  const hostile =
    '\u001b]0;title\u0007\u001b]8;;javascript:alert(1)\u001b\\link\u001b]8;;\u001b\\ \u001b[2J\u001b[?25l\u001b[10;20H\u001b(B\u001b7<b>x</b>\u0008\u001b[31'
  expect(plainText(hostile)).toBe('link <b>x</b>')
  expect(spansOf('', hostile).map(({ text }) => text)).toEqual(['link <b>x</b>'])
})

test('memory is bounded: old lines are dropped and counted, long lines are cut', () => {
  const output = afterFrames(noOutput, [
    frame(1, 'x'.repeat(longestLine + 5)),
    frame(2, `yz${'\nline'.repeat(keptLines)}`),
  ])
  expect(output.lines).toHaveLength(keptLines)
  expect(output.dropped).toBe(1)
  expect(output.lines[0]).toMatchObject({ number: 2, text: 'line' })
  const long = afterFrames(noOutput, [frame(1, 'x'.repeat(longestLine + 5)), frame(2, 'yz')]).lines[0]
  expect(long).toMatchObject({ text: 'x'.repeat(longestLine), cut: 7 })
})

test('lines do not depend on how the output is cut into frames and batches', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', '\n', '\r', '\r\n', '\u001b[31m', '\u001b[0m', '\u001b[', '1m'), {
      maxLength: 8,
    })
    .map((parts) => parts.join(''))
  const piece = fc.record({ text, stream: fc.constantFrom('stdout' as const, 'stderr' as const) })
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(40), (pieces, cut) => {
      const whole = pieces.map((one, index) => frame(index + 1, one.text, { stream: one.stream }))
      const crumbs = pieces
        .flatMap(({ text: written, stream }) => [...written].map((letter) => ({ letter, stream })))
        .map(({ letter, stream }, index) => frame(index + 1, letter, { stream }))
      const cutUp = afterFrames(afterFrames(noOutput, crumbs.slice(0, cut)), crumbs.slice(cut))
      expect(shown(cutUp)).toEqual(shown(afterFrames(noOutput, whole)))
    }),
  )
})

const shown = ({ lines }: Output) =>
  lines.map(({ style, text, ...line }) => ({
    ...line,
    spans: spansOf(style, text).map((span) => [span.text, span.style]),
  }))

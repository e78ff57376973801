import { describe, expect, test } from 'vitest'
import { createFrameReader } from './frames.ts'

const nonce = 'f00d'
const time = (second: number, fraction = ''): string =>
  `2026-11-30T06:00:${String(second).padStart(2, '0')}${fraction}Z`
const frame = (at: string, offset: number, kind: string, text = ''): string =>
  `${at} ${nonce} ${offset} ${kind} ${Buffer.from(text).toString('base64')}`
const end = '3 0 0 120 40 5000000 7'

describe('the lines of a log', () => {
  test('are a start, output, a result and an end', () => {
    const reader = createFrameReader(nonce)
    expect(reader.read(frame(time(1), 0, 's'))).toEqual({ lostBytes: 0, frame: { kind: 'start' } })
    expect(reader.read(frame(time(1), 0, 'o', 'out'))).toEqual({
      lostBytes: 0,
      frame: { kind: 'data', channel: 'stdout', data: Buffer.from('out') },
    })
    expect(reader.read(frame(time(1), 3, 'e', 'err'))?.frame).toMatchObject({ channel: 'stderr' })
    expect(reader.read(frame(time(1), 6, 'r', '1'))?.frame).toMatchObject({ channel: 'result' })
    expect(reader.read(frame(time(2), 7, 'x', end))?.frame).toEqual({
      kind: 'end',
      end: {
        exitCode: 3,
        endedBy: 'itself',
        outOfMemory: false,
        wallMs: 120,
        cpuMs: 40,
        peakMemoryBytes: 5_000_000,
        outputBytes: 7,
      },
    })
  })

  test('that come again bring nothing, those that are missing are counted', () => {
    const reader = createFrameReader(nonce)
    const lines = [frame(time(1), 0, 's'), frame(time(1), 0, 'o', 'abc'), frame(time(2), 3, 'o', 'def')]
    for (const line of lines) expect(reader.read(line)).toBeDefined()
    for (const line of lines) expect(reader.read(line)).toBeUndefined()
    expect(reader.since()).toBe(time(2))
    expect(reader.read(frame(time(3), 106, 'e', 'late'))?.lostBytes).toBe(100)
    expect(reader.read(frame(time(4), 110, 'x', end))?.frame?.kind).toBe('end')
    expect(reader.read(frame(time(4), 110, 'x', end))).toBeUndefined()
  })

  test.each([
    ['another nonce', `${time(1)} beef 0 o aGk=`],
    ['no offset', `${time(1)} ${nonce} -1 o aGk=`],
    ['more than a frame', `${time(1)} ${nonce} 0 o aGk= aGk=`],
    ['words', `${time(1)} exec: "perl": executable file not found`],
  ])('with %s are text', (_, line) => {
    const text = `${line.slice(line.indexOf(' ') + 1)}\n`
    expect(createFrameReader(nonce).read(line)).toEqual({ lostBytes: 0, text })
  })

  test.each([
    ['of another kind', frame(time(1), 0, 'z', 'x')],
    ['of an end with words', frame(time(1), 0, 'x', '0 0 0 1 1 1 many')],
    ['of an end that lacks a number', frame(time(1), 0, 'x', '0 0 0')],
    ['without a time', `${nonce} 0 o aGk=`],
  ])('%s bring nothing', (_, line) => {
    expect(createFrameReader(nonce).read(line)).toBeUndefined()
  })

  test('that are text are told apart by their time, whatever its places and its zone', () => {
    const reader = createFrameReader(nonce)
    const at = (fraction: string): string => `2026-11-30T08:00:01${fraction}+02:00`
    expect(reader.read(`${at('.5')} one`)?.text).toBe('one\n')
    expect(reader.read(`${at('.51')} two`)?.text).toBe('two\n')
    expect(reader.read(`${at('.5')} one`)).toBeUndefined()
    expect(reader.read(`${at('.51')} two`)).toBeUndefined()
    expect(reader.read(`${at('.510000001')} three`)?.text).toBe('three\n')
    expect(reader.since()).toBe('2026-11-30T08:00:01+02:00')
  })
})

import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { startProcess } from './waiting-processes.ts'

it('leaves in the pipes what nobody has asked for', async () => {
  const { child, ended } = startProcess({
    command: '/bin/sh',
    arguments: ['-c', 'while read -r text; do printf "$text"; printf "$text" >&2; done'],
    environment: {},
    inherited: [],
    bound: async () => undefined,
    usage: () => ({}),
    ranOutOfMemory: () => false,
    remove: async () => undefined,
  })
  const output = [child.stdout, child.stderr] as readonly Readable[]
  const waiting = (): readonly number[] => output.map(({ readableLength }) => readableLength)
  child.stdin?.write('a\n')
  await vi.waitFor(() => expect(waiting()).toEqual([1, 1]))
  child.stdin?.write('b\n')
  await pause(100)
  expect(waiting()).toEqual([1, 1])
  expect(output.map((stream) => String(stream.read()))).toEqual(['a', 'a'])
  await vi.waitFor(() => expect(waiting()).toEqual([1, 1]))
  child.stdin?.end()
  expect(await ended).toBe(0)
})

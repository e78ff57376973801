import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { watchMemory } from './memory-watch.ts'

describe.runIf(existsSync('/bin/ps'))('a watch over memory', () => {
  const node = (source: string) => spawn(process.execPath, ['-e', source], { stdio: 'ignore' })

  it('ends a process that takes too much, and says so', async () => {
    const child = node('const all = []; setInterval(() => all.push(Buffer.alloc(8 << 20, 1)), 10)')
    const watch = watchMemory(child.pid ?? 0, 200 << 20)
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    expect(watch.exceeded()).toBe(true)
  })

  it('leaves one alone that does not', async () => {
    const child = node('setTimeout(() => {}, 1500)')
    const watch = watchMemory(child.pid ?? 0, 500 << 20)
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(watch.exceeded()).toBe(false)
    watch.stop()
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { commandLineOf, identityOf, isAlive, parseIdentity } from './process-identity.ts'

it('knows a living process until it ends', async () => {
  const child = spawn(process.execPath, ['--eval', 'setInterval(() => undefined, 1000)'])
  const identity = identityOf(child.pid ?? 0)
  if (identity === undefined) throw new Error('the child does not live')
  expect(isAlive(identity)).toBe(true)
  expect(commandLineOf(identity.pid)).toContain('setInterval')
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  expect(isAlive(identity)).toBe(false)
})

it('tells a process from an earlier one with the same pid', () => {
  expect(isAlive({ pid: process.pid, started: 'earlier' })).toBe(false)
})

it('reads back what it wrote, and nothing else', () => {
  const identity = identityOf(process.pid)
  expect(parseIdentity(JSON.stringify(identity))).toEqual(identity)
  for (const text of ['', 'released', 'null', '{}', '{"pid":"1","started":""}', '{"pid":-1,"started":""}']) {
    expect(parseIdentity(text)).toBeUndefined()
  }
})

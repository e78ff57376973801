import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { withFolderLock } from './folder-lock.ts'
import { identityOf } from './process-identity.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'braid-lock-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

it('lets one in at a time', async () => {
  let inside = 0
  let most = 0
  const once = () =>
    withFolderLock(folder, async () => {
      inside += 1
      most = Math.max(most, inside)
      await sleep(2)
      inside -= 1
    })
  await Promise.all(Array.from({ length: 12 }, once))
  expect(most).toBe(1)
  expect(await readdir(folder)).toHaveLength(1)
})

it('is released when the work throws', async () => {
  const failing = withFolderLock(folder, () => Promise.reject(new Error('broken')))
  await expect(failing).rejects.toThrow('broken')
  expect(await withFolderLock(folder, async () => 'next')).toBe('next')
})

it('is taken over from a process that died holding it', async () => {
  await writeFile(join(folder, '7'), JSON.stringify({ pid: 2 ** 22 + 1, started: 'long ago' }))
  expect(await withFolderLock(folder, async () => 'mine')).toBe('mine')
})

it('is taken over when the pid of the dead holder was given to another process', async () => {
  await writeFile(join(folder, '3'), JSON.stringify({ pid: process.pid, started: 'long ago' }))
  expect(await withFolderLock(folder, async () => 'mine')).toBe('mine')
})

it('waits for a living holder', async () => {
  await writeFile(join(folder, '4'), JSON.stringify(identityOf(process.pid)))
  let entered = false
  const waiting = withFolderLock(folder, async () => {
    entered = true
  })
  await sleep(100)
  expect(entered).toBe(false)
  await writeFile(join(folder, '4'), 'released')
  await waiting
  expect(entered).toBe(true)
})

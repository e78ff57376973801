import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { canReach, parsePasswd } from './account.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'braid-account-'))
  await chmod(folder, 0o755)
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

const stranger = { name: 'stranger', uid: 54_321, gid: 54_321 }

it('reads accounts, also those with negative ids, and skips what is no account', () => {
  const text = 'root:x:0:0:root:/root:/bin/bash\nnobody:*:-2:-2:Nobody:/:/usr/bin/false\n# note\n\n'
  expect(parsePasswd(text)).toEqual([
    { name: 'root', uid: 0, gid: 0 },
    { name: 'nobody', uid: 4_294_967_294, gid: 4_294_967_294 },
  ])
})

it('reaches what lies under folders that everyone may enter', async () => {
  await mkdir(join(folder, 'open'))
  await chmod(join(folder, 'open'), 0o755)
  expect(canReach(join(folder, 'open'), stranger)).toBe(true)
})

it('does not reach what lies under a closed folder', async () => {
  await mkdir(join(folder, 'closed', 'inner'), { recursive: true })
  await chmod(join(folder, 'closed', 'inner'), 0o755)
  await chmod(join(folder, 'closed'), 0o700)
  expect(canReach(join(folder, 'closed', 'inner'), stranger)).toBe(false)
  const owner = { name: 'owner', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  expect(canReach(join(folder, 'closed', 'inner'), owner)).toBe(true)
})

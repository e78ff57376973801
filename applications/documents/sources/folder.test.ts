import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listFiles, readFileInside } from './folder.ts'

let root: string
let folder: string
const { signal } = new AbortController()

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'braid-documents-'))
  folder = join(root, 'allowed')
  await mkdir(join(folder, 'sub', 'deep'), { recursive: true })
  await mkdir(join(root, 'allowed-not'))
  await writeFile(join(folder, 'b.txt'), 'b')
  await writeFile(join(folder, 'image.png'), 'no text')
  await writeFile(join(folder, '.hidden.txt'), 'hidden')
  await writeFile(join(folder, 'sub', 'deep', 'a.md'), 'a')
  await writeFile(join(root, 'secret.txt'), 'secret')
  await writeFile(join(root, 'allowed-not', 'near.txt'), 'near')
  await symlink(join(root, 'secret.txt'), join(folder, 'link.txt'))
  await symlink(root, join(folder, 'sub', 'out'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

test('files that can be read are listed, in order, without following links', async () => {
  expect(await listFiles(folder, '', signal)).toEqual(['b.txt', 'sub/deep/a.md'])
  expect(await listFiles(folder, 'sub', signal)).toEqual(['sub/deep/a.md'])
  expect(Buffer.from((await readFileInside(folder, 'sub/deep/a.md', 10)) ?? []).toString()).toBe('a')
})

test('nothing outside of the folder is in reach', async () => {
  for (const path of ['..', '../secret.txt', '../allowed-not/near.txt', join(root, 'secret.txt')]) {
    await expect(readFileInside(folder, path, 10)).rejects.toThrow(/inside of the folder/)
    await expect(listFiles(folder, path, signal)).rejects.toThrow(/inside of the folder/)
  }
  for (const path of ['link.txt', 'sub/out/secret.txt', 'sub/out']) {
    await expect(readFileInside(folder, path, 10)).rejects.toThrow(/without symbolic links/)
  }
  await expect(listFiles(folder, 'sub/out', signal)).rejects.toThrow(/without symbolic links/)
  await expect(readFileInside(folder, 'sub', 10)).rejects.toThrow(/expected a file/)
})

test('a file that is too large is not read', async () => {
  await writeFile(join(folder, 'large.txt'), 'x'.repeat(11))
  expect(await readFileInside(folder, 'large.txt', 10)).toBeUndefined()
  expect(await readFileInside(folder, 'large.txt', 11)).toHaveLength(11)
  await rm(join(folder, 'large.txt'))
})

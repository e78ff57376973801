import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { remedyFor } from './remedies.ts'

describe('where bubblewrap can make no sandbox', () => {
  it.each([
    ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1', /AppArmor/],
    ['/proc/sys/kernel/unprivileged_userns_clone', '0', /unprivileged_userns_clone=1/],
    ['/proc/sys/user/max_user_namespaces', '0', /max_user_namespaces=/],
    ['/.dockerenv', '', /container/],
  ])('%s is named', (file, content, remedy) => {
    expect(remedyFor((path) => (path === file ? content : undefined))).toMatch(remedy)
  })

  it('nothing is named that is not in the way', () => {
    const usual = new Map([
      ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '0'],
      ['/proc/sys/user/max_user_namespaces', '95000'],
    ])
    expect(remedyFor((path) => usual.get(path))).toBeUndefined()
  })

  it.runIf(existsSync('/usr/bin/bwrap'))('there is no runner, but what bubblewrap says', () => {
    const folder = mkdtempSync(join(tmpdir(), 'braid-sandbox-'))
    const program = `
import { createSandboxRunner } from ${JSON.stringify(new URL('./sandbox.ts', import.meta.url).href)}
console.log(await createSandboxRunner({ folder: ${JSON.stringify(folder)}, name: 'refused-${process.pid}', languages: ['bash'] }))`
    // Where no namespace may be made.
    const around = ['--unshare-user', '--disable-userns', '--dev-bind', '/', '/']
    const node = [process.execPath, '--input-type=module', '-e', program]
    const { stdout } = spawnSync('bwrap', [...around, ...node], { encoding: 'utf8' })
    expect(stdout).toMatch(/ok: false[\s\S]*bubblewrap can't make a sandbox on this machine: .*namespace/)
    rmSync(folder, { recursive: true, force: true })
  })
})

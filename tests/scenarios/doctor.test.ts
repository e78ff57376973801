/** `braid doctor` tells what a machine can do with scripts, and what it lacks. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const cli = fileURLToPath(new URL('../../server/src/cli.ts', import.meta.url))
const doctor = (...args: readonly string[]) =>
  spawnSync(process.execPath, [cli, 'doctor', ...args], { encoding: 'utf8' })

test.runIf(existsSync('/usr/bin/bwrap'))('names the tier and the runtimes that were tried out', () => {
  const { status, stdout } = doctor('--json')
  expect(status).toBe(0)
  const { tier, runtimes } = JSON.parse(stdout) as {
    readonly tier: string
    readonly runtimes: readonly { readonly language: string; readonly version: string }[]
  }
  expect(tier).toBe('sandbox')
  expect(runtimes).toContainEqual({
    language: 'javascript',
    version: process.versions.node.split('.')[0],
    fullVersion: process.versions.node,
  })
})

test.runIf(existsSync('/usr/bin/bwrap'))(
  'says so where no system isolates',
  () => {
    // The machine as it is, but for bubblewrap and gVisor.
    const programs = ['/usr/bin/bwrap', '/usr/bin/runsc'].filter((path) => existsSync(path))
    const hidden = ['--dev-bind', '/', '/', ...programs.flatMap((path) => ['--ro-bind', '/dev/null', path])]
    const command = [...hidden, process.execPath, cli, 'doctor']
    const { status, stdout } = spawnSync('/usr/bin/bwrap', command, { encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stdout).toContain('Scripts: only of people you trust, by the tier wasm\n  python ')
    expect(stdout).toContain('  ! bubblewrap ')
  },
  120_000,
)

test('refuses what it does not know', () => {
  expect(doctor('--loud')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('braid doctor [--json]'),
  })
})

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultLimits } from '../../runner.ts'
import { type Cgroups, cgroupsOf } from './cgroup.ts'
import { basesOf, prepareVersion1 } from './version-1.ts'
import { prepareVersion2, version2Bounds } from './version-2.ts'

/** Where version 2 is mounted, alone or beside version 1, and may be changed by this user. */
const unified = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((path) => {
  try {
    readFileSync(join(path, 'cgroup.controllers'), 'utf8')
    const probe = join(path, `braid-test-probe-${process.pid}`)
    mkdirSync(probe)
    rmdirSync(probe)
    return true
  } catch {
    return false
  }
})

const read = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8')

describe('what a group of version 2 is told', () => {
  it('bounds memory, processes and processor', () => {
    const folder = mkdtempSync(join(tmpdir(), 'braid-cgroup-'))
    const limits = { ...defaultLimits, memoryBytes: 1000, processes: 7, cpus: 0.5 }
    const bounds = [
      ['memory.max', 1000],
      ['memory.oom.group', 1],
      ['pids.max', 7],
      ['cpu.max', '50000 100000'],
      ['cpu.weight', 50],
    ]
    expect(version2Bounds.settings(limits, folder)).toEqual(bounds)
    writeFileSync(join(folder, 'memory.swap.max'), 'max')
    expect(version2Bounds.settings(limits, folder)).toContainEqual(['memory.swap.max', 0])
    rmSync(folder, { recursive: true })
  })

  it('lets what is to end have the processor, but begin nothing', () => {
    expect(version2Bounds.hurried).toEqual([
      ['pids.max', 0],
      ['cpu.max', 'max 100000'],
      ['cpu.weight', 100],
    ])
  })

  it('has all of them run where nothing else wants to, where the kernel can do that', () => {
    const folder = mkdtempSync(join(tmpdir(), 'braid-cgroup-'))
    const weight = ['cpu.weight', 50]
    expect(version2Bounds.scripts(true, folder)).toEqual([weight])
    expect(version2Bounds.scripts(false, folder)).toEqual([weight])
    writeFileSync(join(folder, 'cpu.idle'), '0')
    expect(version2Bounds.scripts(true, folder)).toEqual([['cpu.idle', 1]])
    expect(version2Bounds.scripts(false, folder)).toEqual([['cpu.idle', 0], weight])
    rmSync(folder, { recursive: true })
  })
})

/** Where version 1 is mounted, and may be changed by this user. */
const bases = process.getuid?.() === 0 ? basesOf(`braid-test-${process.pid}`) : undefined

describe.runIf(bases !== undefined)('control groups of version 1', () => {
  afterEach(() => {
    for (const folder of new Set(Object.values(bases ?? {}))) rmdirSync(folder)
  })

  it('run where nothing else wants to, but for what is to end', async () => {
    if (bases === undefined) return
    const cpu = (...path: readonly string[]): string => read(bases.cpu, ...path).trim()
    const groups = cgroupsOf(prepareVersion1(bases))
    const knowsIdle = existsSync(join(bases.cpu, 'cpu.idle'))
    const isIdle = (): boolean => !knowsIdle || cpu('cpu.idle') === '1'
    expect(isIdle()).toBe(true)
    const group = groups.create('one', defaultLimits)
    group.begin()
    expect(cpu('one', 'cpu.shares')).toBe('512')
    expect(read(bases.pids, 'one', 'pids.max').trim()).toBe(String(defaultLimits.processes))
    group.hurry()
    expect(isIdle()).toBe(!knowsIdle)
    expect(cpu('cpu.shares')).toBe('512')
    expect(cpu('one', 'cpu.shares')).toBe('1024')
    expect(read(bases.pids, 'one', 'pids.max').trim()).toBe('0')
    await group.remove()
    expect(isIdle()).toBe(true)
    expect(existsSync(join(bases.cpu, 'one'))).toBe(false)
  })

  it('come after others once they have kept a processor busy', async () => {
    if (bases === undefined) return
    const group = cgroupsOf(prepareVersion1(bases)).create('busy', defaultLimits)
    const busyInside = 'for file in "$@"; do echo 0 > "$file"; done; while :; do :; done'
    const busy = spawn('sh', ['-c', busyInside, 'sh', ...group.joinFiles], { stdio: 'ignore' })
    group.begin()
    await vi.waitFor(() => expect(read(bases.cpu, 'busy', 'cpu.shares').trim()).toBe('10'), {
      timeout: 20_000,
      interval: 50,
    })
    await group.remove()
    expect(busy.signalCode ?? (await once(busy, 'exit'))[1]).toBe('SIGKILL')
  })
})

// The kernel's own files, with whatever controller version 1 left for it here; which one is no matter for what is tried.
describe.runIf(unified !== undefined)('control groups of version 2', () => {
  const top = join(unified ?? '', `braid-test-${process.pid}`)
  const spare = (): readonly string[] => read(top, 'cgroup.controllers').trim().split(' ').filter(Boolean)
  const bounds = () => ({
    controllers: spare().slice(0, 1),
    settings: () => [],
    hurried: [],
    scripts: () => [],
  })
  const scripts = join(top, 'braid-scripts')
  const children: ChildProcess[] = []

  function prepared(): Cgroups {
    const version = prepareVersion2(top, bounds())
    if (version === undefined) throw new Error('expected control groups')
    return cgroupsOf(version)
  }

  beforeEach(() => {
    mkdirSync(top)
  })
  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    }
    const groups = readdirSync(top, { withFileTypes: true, recursive: true }).filter((entry) =>
      entry.isDirectory(),
    )
    for (const { parentPath, name } of groups.toReversed()) rmdirSync(join(parentPath, name))
    rmdirSync(top)
  })

  /** A shell in a group, with a child of its own; resolves when both are there. */
  async function startIn(joinFile: string): Promise<ChildProcess> {
    const text = 'echo 0 > "$1" || exit 1; trap "" TERM; sleep 100 & echo on; wait; sleep 100'
    const child = spawn('sh', ['-c', text, 'sh', joinFile], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    await once(child.stdout as NonNullable<typeof child.stdout>, 'data')
    return child
  }

  it('are not there without the controllers that they need', () => {
    expect(prepareVersion2(top, { ...bounds(), controllers: ['no-such-controller'] })).toBeUndefined()
    expect(readdirSync(top)).not.toContain('braid-server')
  })

  it('get their controllers once what was in the group has moved', async () => {
    if (spare().length === 0) return
    const server = await startIn(join(top, 'cgroup.procs'))
    expect(prepareVersion2(top, bounds())?.version).toBe(2)
    expect(read(top, 'cgroup.procs')).toBe('')
    expect(read(top, 'braid-server', 'cgroup.procs').split('\n')).toContain(String(server.pid))
    expect(read(top, 'cgroup.subtree_control').trim()).toBe(bounds().controllers.join(' '))
    // A second server, started by what moved along, does not go deeper.
    expect(prepareVersion2(join(top, 'braid-server'), bounds())?.version).toBe(2)
    expect(existsSync(join(top, 'braid-server', 'braid-server'))).toBe(false)
  })

  it('end all that is in them, however it clings, and are gone then', async () => {
    const group = prepared().create('one', defaultLimits)
    const child = await startIn(group.joinFiles[0] as string)
    expect(read(scripts, 'one', 'cgroup.procs').trim().split('\n').length).toBeGreaterThan(1)
    expect(group.usage().cpuMs).toBeGreaterThanOrEqual(0)
    expect(group.ranOutOfMemory()).toBe(false)
    const end = once(child, 'exit')
    await group.remove()
    expect(existsSync(join(scripts, 'one'))).toBe(false)
    expect(await end).toEqual([null, 'SIGKILL'])
  })

  it('are swept by the name of who left them, and only those', async () => {
    const groups = prepared()
    const left = groups.create('braid-a-1', defaultLimits)
    groups.create('braid-b-1', defaultLimits)
    const child = await startIn(left.joinFiles[0] as string)
    const end = once(child, 'exit')
    await groups.sweep('braid-a-')
    await end
    expect(readdirSync(scripts).filter((name) => name.startsWith('braid-'))).toEqual(['braid-b-1'])
  })
})

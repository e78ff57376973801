/** One run in a container of gVisor. */
import { execFile, spawn } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Limits } from '../../runner.ts'
import { type Confined, type Confinement, filesOf, type Run } from '../confined-run.ts'
import { inputPath, joinGroups, modulesPath } from '../sandbox/command.ts'
import type { Host } from '../sandbox/host.ts'
import { type Bound, bundleConfig, stdinPath } from './bundle.ts'

const call = promisify(execFile)

/** What gVisor itself needs beside a script; with less it hangs. */
const ownMemoryBytes = 256 * 1024 * 1024
const ownProcesses = 128

/** Answer of runsc when it could not do what it was told. */
const ownFailure = 128
/** Also what many a script ends with; then there is no report of a panic. */
const panicked = 2

export type Gvisor = {
  readonly host: Host
  /** Root of all containers: empty but for places to mount at. */
  readonly root: string
  /** Where gVisor keeps what it knows of living containers. */
  readonly state: string
  /** A folder for each run. */
  readonly bundles: string
}

/** For runsc: nothing of the server's environment. */
const options = { env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }, cwd: '/' }

/** Asks runsc something. */
export const askRunsc = (...words: readonly string[]) =>
  call('runsc', [...words], { ...options, timeout: 10_000 })

export const confinementBy = (gvisor: Gvisor): Confinement => ({
  groupLimits: (limits: Limits): Limits => ({
    ...limits,
    memoryBytes: limits.memoryBytes + ownMemoryBytes,
    processes: limits.processes + ownProcesses,
  }),
  start: async (run, { group, channels }) => {
    const bundle = join(gvisor.bundles, run.name)
    const log = join(bundle, 'log')
    const panicLog = join(bundle, 'panic')
    await writeBundle(gvisor, run, bundle)
    const flags = [
      '--root',
      gvisor.state,
      '--network=none',
      '--ignore-cgroups',
      '--log',
      log,
      '--panic-log',
      panicLog,
    ]
    const program = ['runsc', ...flags, 'run', '--bundle', bundle, run.name]
    const words = [...(group?.joinFiles ?? []), '--', ...program]
    const child = spawn('/bin/sh', ['-c', `${joinGroups} exec "$@"`, 'sh', ...words], {
      ...options,
      stdio: [channels.resultEnd, ...channels.ends.slice(1)],
    })
    return {
      child,
      problem: async (exitCode) => {
        if (exitCode === ownFailure) return lastOf(await textOf(log))
        if (exitCode !== panicked) return undefined
        const panic = firstOf(await textOf(panicLog))
        return panic === undefined ? undefined : `the kernel of gVisor ended under the script: ${panic}`
      },
      cleanUp: async () => {
        // It forgets by itself what has ended by itself.
        if (child.exitCode === null || child.exitCode === ownFailure)
          await askRunsc('--root', gvisor.state, 'delete', '-force', run.name)
        await rm(bundle, { recursive: true, force: true })
      },
    } satisfies Confined
  },
})

/** Its configuration, and the files that are mounted into it. */
async function writeBundle({ host, root }: Gvisor, run: Run, bundle: string): Promise<void> {
  const { runtime, library, request } = run
  const contents = new Map([
    [stdinPath, request.stdin ?? ''],
    ...(request.input === undefined ? [] : [[inputPath, JSON.stringify(request.input)] as const]),
    ...[...filesOf(run)].map(([path, content]) => [`/tmp/${path}`, content] as const),
  ])
  await rm(bundle, { recursive: true, force: true })
  await mkdir(join(bundle, 'files'), { recursive: true })
  const bound: Bound[] = []
  for (const [at, content] of contents) {
    const path = join(bundle, 'files', String(bound.length))
    await writeFile(path, content, { mode: 0o644 })
    bound.push({ path, at })
  }
  const config = bundleConfig({
    root,
    runtime,
    library,
    limits: request.limits,
    etc: host.etc,
    modules: host.modules,
    bound,
    input: request.input === undefined ? `${modulesPath}/no-input.json` : inputPath,
  })
  await writeFile(join(bundle, 'config.json'), JSON.stringify(config))
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

/** The first thing that a report says. */
const firstOf = (report: string): string | undefined =>
  report.trim().split('\n')[0]?.slice(0, 500) || undefined

/** The last thing that a log says. */
const lastOf = (log: string): string | undefined => log.trim().split('\n').at(-1)?.slice(0, 500) || undefined

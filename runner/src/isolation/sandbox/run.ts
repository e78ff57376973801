/** One run in a sandbox of its own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import type { Limits } from '../../runner.ts'
import { textOf } from '../child.ts'
import { type Confinement, filesOf, type Run } from '../confined-run.ts'
import type { Cgroup } from './cgroup.ts'
import { bubblewrapArguments, descriptors, inputPath, launcher } from './command.ts'
import type { SandboxHost } from './host.ts'
import type { Channels } from './pipes.ts'

export const confinementBy = (host: SandboxHost): Confinement => ({
  groupLimits: (limits) => limits,
  start: (run, { group, channels }) => {
    const files = contentsOf(run)
    const child = start(host, run, { group, channels, files: [...files.keys()] })
    feed(child, [...files.values()])
    const said = child.stdio[descriptors.status] as Readable
    const bound = group === undefined ? boundProcesses(child, files.size, run.request.limits) : undefined
    const status = textOf(said, bound)
    return {
      child,
      problem: async (exitCode) =>
        (await status).includes('"exit-code"') ? undefined : `the sandbox ended with ${exitCode}`,
    }
  },
})

/**
 * What a group would do: when the sandbox has said which process it begins as, bounds how many that may become, and lets
 * it begin. The kernel counts them for each user namespace alone (since Linux 5.14), so it has to be there already.
 */
function boundProcesses(child: ChildProcess, files: number, { processes }: Limits): (status: string) => void {
  const go = child.stdio[descriptors.files + files] as Writable
  go.on('error', () => undefined)
  let isBound = false
  return (status) => {
    const pid = /"child-pid": (\d+)/.exec(status)?.[1]
    if (pid === undefined || isBound) return
    isBound = true
    execFile('prlimit', ['--pid', pid, `--nproc=${processes}`], (error) => {
      if (error === null) go.end('go')
      else child.kill('SIGKILL')
    })
  }
}

/** By path inside. */
const contentsOf = (run: Run): ReadonlyMap<string, string> =>
  new Map([
    ...[...filesOf(run)].map(([path, content]) => [`/tmp/${path}`, content] as const),
    ...(run.request.input === undefined ? [] : [[inputPath, JSON.stringify(run.request.input)] as const]),
  ])

type Prepared = {
  readonly group: Cgroup | undefined
  readonly channels: Channels
  /** Paths inside. */
  readonly files: readonly string[]
}

function start(host: SandboxHost, { runtime, library, request }: Run, prepared: Prepared): ChildProcess {
  const { group, channels, files } = prepared
  const { limits } = request
  const { reservedBytes } = runtime.definition
  const joinFiles = group?.joinFiles ?? []
  const outer = launcher({
    joinFiles,
    limits,
    asRoot: host.asRoot,
    ...(reservedBytes === undefined ? {} : { reservedBytes }),
  })
  const inner = bubblewrapArguments({
    runtime,
    library,
    limits,
    files,
    etc: host.etc,
    modules: host.modules,
    result: channels.resultPath,
    waits: group === undefined,
    hasSeccomp: host.seccompFile !== undefined,
    canDisableUserNamespaces: host.canDisableUserNamespaces,
  })
  const nothing = openSync('/dev/null', 'r')
  // Its place in the file is shared with whoever inherits it, so each run opens its own.
  const filter = host.seccompFile === undefined ? undefined : openSync(host.seccompFile, 'r')
  try {
    const stdio: ('ignore' | 'pipe' | number)[] = [
      ...channels.ends,
      ...[filter ?? ('ignore' as const), 'pipe' as const],
      ...files.map(() => 'pipe' as const),
      ...(group === undefined ? ['pipe' as const] : []),
    ]
    for (const descriptor of host.inherited) {
      while (stdio.length <= descriptor) stdio.push('ignore')
      // It leaves alone what it is told to ignore, here.
      if (stdio[descriptor] === 'ignore') stdio[descriptor] = nothing
    }
    return spawn(outer.command, [...outer.arguments, 'bwrap', ...inner], {
      // Nothing of the server's environment, not even for bubblewrap, which scripts see as process 1.
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      cwd: '/',
      stdio,
    })
  } finally {
    closeSync(nothing)
    if (filter !== undefined) closeSync(filter)
  }
}

/** Gives the sandbox its files; one that has ended does not take them. */
function feed(child: ChildProcess, contents: readonly string[]): void {
  contents.forEach((content, index) => {
    const to = child.stdio[descriptors.files + index] as Writable
    to.on('error', () => undefined)
    to.end(content)
  })
}

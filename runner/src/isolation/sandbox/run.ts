/** One run in a sandbox of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import type { Cgroup } from '../cgroup/cgroup.ts'
import { textOf } from '../child.ts'
import { type Confinement, filesOf, type Run } from '../confined-run.ts'
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
    const status = textOf(said)
    return {
      child,
      problem: async (exitCode) =>
        (await status).includes('"exit-code"') ? undefined : `the sandbox ended with ${exitCode}`,
    }
  },
})

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
    boundsProcesses: group === undefined || host.countsProcesses,
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

/** One run in a sandbox of its own, from its pipes to the removal of its control group. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { collectOutput } from '../../output.ts'
import { collectResult } from '../../result.ts'
import type { OnOutput, Outcome, RunRequest } from '../../runner.ts'
import { endBy, exitOf, textOf } from '../child.ts'
import type { Cgroup } from './cgroup.ts'
import { bubblewrapArguments, descriptors, inputPath, launcher } from './command.ts'
import type { Host } from './host.ts'
import { type Channels, openChannels } from './pipes.ts'
import type { HostRuntime } from './runtime-files.ts'

export async function runIn(
  host: Host,
  runtime: HostRuntime,
  request: RunRequest,
  name: string,
  onOutput: OnOutput,
): Promise<Outcome> {
  const before = { wallMs: 0, outputBytes: 0 }
  try {
    const library = await host.libraries(runtime, request.signal)
    if (request.signal?.aborted === true) return { kind: 'cancelled', usage: before }
    return await runWith(host, { runtime, library, request, name }, onOutput)
  } catch (error) {
    return { kind: 'runner-failed', message: messageOf(error), usage: before }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

type Run = {
  readonly runtime: HostRuntime
  readonly library: string | undefined
  readonly request: RunRequest
  readonly name: string
}

async function runWith(host: Host, run: Run, onOutput: OnOutput): Promise<Outcome> {
  const { runtime, request } = run
  const begin = performance.now()
  const elapsed = (): number => Math.round(performance.now() - begin)
  const output = collectOutput(request.limits.outputBytes, elapsed, onOutput)
  const usage = () => ({ wallMs: elapsed(), outputBytes: output.bytes() })
  let group: Cgroup | undefined
  let channels: Channels | undefined
  let child: ChildProcess | undefined
  const killAll = (): void => {
    child?.kill('SIGKILL')
  }
  try {
    const files = filesOf(runtime, request)
    channels = await openChannels(host.pipes, request.stdin)
    group = host.cgroups?.create(run.name, request.limits)
    child = start(host, run, { group, channels, files: [...files.keys()] })
    const exit = exitOf(child)
    channels.release()
    const end = endBy(request, killAll)
    let complaint: unknown
    const trouble = (error: unknown): void => {
      complaint ??= error
      killAll()
    }
    feed(child, [...files.values()])
    const status = textOf(child.stdio[descriptors.status] as Readable)
    const given = collectResult(channels.result)
    const reading = [
      output.read('stdout', channels.stdout).catch(trouble),
      output.read('stderr', channels.stderr).catch(trouble),
      given.catch(trouble),
    ]
    const exitCode = await exit.finally(end.settle)
    channels.endResult()
    const outOfMemory = group?.ranOutOfMemory() ?? false
    const spent = group?.usage()
    // A sandbox that was killed while it was being made leaves processes, which hold its pipes open.
    await group?.remove()
    await Promise.all(reading)
    await output.end()
    const used = { ...usage(), ...spent }
    if (complaint !== undefined) throw complaint
    const ended = end.reason()
    if (ended !== undefined) return { kind: ended, usage: used }
    const hasRun = (await status).includes('"exit-code"')
    if (outOfMemory && (!hasRun || exitCode >= 128)) return { kind: 'out-of-memory', usage: used }
    if (!hasRun) return { kind: 'runner-failed', message: `the sandbox ended with ${exitCode}`, usage: used }
    const result = await given
    return { kind: 'completed', exitCode, usage: used, ...(result === undefined ? {} : { result }) }
  } catch (error) {
    killAll()
    await group?.remove().catch(() => undefined)
    return { kind: 'runner-failed', message: messageOf(error), usage: usage() }
  } finally {
    channels?.close()
  }
}

/** Each takes a descriptor. */
const maxFiles = 100

/** By path inside; the script is the first. */
function filesOf(
  runtime: HostRuntime,
  { source, files = {}, input }: RunRequest,
): ReadonlyMap<string, string> {
  const script = runtime.definition.file
  if (Object.keys(files).length > maxFiles) throw new Error(`expected at most ${maxFiles} files`)
  for (const path of Object.keys(files)) {
    if (!/^[\w.-]+(\/[\w.-]+)*$/.test(path) || path.split('/').includes('..') || path === script)
      throw new Error(
        `expected a relative path of a file other than ${script}, but it was ${JSON.stringify(path)}`,
      )
  }
  return new Map([
    [`/tmp/${script}`, source],
    ...(input === undefined ? [] : [[inputPath, JSON.stringify(input)] as const]),
    ...Object.entries(files).map(([path, content]) => [`/tmp/${path}`, content] as const),
  ])
}

type Prepared = {
  readonly group: Cgroup | undefined
  readonly channels: Channels
  /** Paths inside. */
  readonly files: readonly string[]
}

function start(host: Host, { runtime, library, request }: Run, prepared: Prepared): ChildProcess {
  const { group, channels, files } = prepared
  const { limits } = request
  const outer = launcher({ joinFiles: group?.joinFiles ?? [], limits, asRoot: host.asRoot })
  const inner = bubblewrapArguments({
    runtime,
    library,
    limits,
    files,
    etc: host.etc,
    modules: host.modules,
    result: channels.resultPath,
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

/**
 * The tier for Linux: bubblewrap around the host's own interpreters. No network, no files of the host but the runtime's,
 * no other processes, bounded memory, processes and processor, a filter for system calls. Invariants:
 * X1 a run ends at its deadline, when it is cancelled, or by itself; then nothing of it is left;
 * X2 the host opens no path that a script has made: what goes in and out goes through descriptors;
 * X3 no run sees another, earlier or at the same time: each has a sandbox of its own that is never used again.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { promisify } from 'node:util'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import { collectOutput } from '../../output.ts'
import { defaultLimits, type OnOutput, type Outcome, type Runner, type RunRequest } from '../../runner.ts'
import { type Cgroup, type Cgroups, findCgroups } from './cgroup.ts'
import { bubblewrapArguments, descriptors, launcher } from './command.ts'
import { findRuntimes, foldersAbove, type HostRuntime } from './runtime-files.ts'
import { seccompFilter } from './seccomp.ts'

const run = promisify(execFile)
const probePatienceMs = 10_000

export type SandboxOptions = {
  /** Folder of its own; runs leave nothing there. */
  readonly folder: string
  /** Of this server among those on the machine: what a crash left under that name is removed at start. */
  readonly name: string
  /** Absent: all that the machine has. */
  readonly languages?: readonly string[]
}

type Host = {
  readonly runtimes: readonly HostRuntime[]
  readonly cgroups: Cgroups | undefined
  readonly seccompFile: string | undefined
  readonly canDisableUserNamespaces: boolean
  readonly etc: string
  readonly asRoot: boolean
  readonly prefix: string
}

const etcFiles = {
  passwd: 'nobody:x:65534:65534:nobody:/tmp:/bin/sh\n',
  group: 'nogroup:x:65534:\n',
  hosts: '127.0.0.1 localhost sandbox\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
}

async function writeEtc(folder: string): Promise<string> {
  const etc = join(folder, 'etc')
  await mkdir(etc, { recursive: true })
  for (const [name, content] of Object.entries(etcFiles)) await writeFile(join(etc, name), content)
  await chmod(etc, 0o755)
  return etc
}

async function writeFilter(folder: string): Promise<string | undefined> {
  const filter = seccompFilter(process.arch)
  if (filter === undefined) return undefined
  const path = join(folder, 'seccomp.bpf')
  await writeFile(path, filter)
  return path
}

/** Whether bubblewrap can make a sandbox here; what it says when it can't. */
async function tryBubblewrap(extra: readonly string[]): Promise<Result<undefined, string>> {
  try {
    const base = ['--unshare-all', '--unshare-user', ...extra, '--ro-bind', '/', '/', '--', '/bin/true']
    await run('bwrap', base, { timeout: probePatienceMs, env: {} })
    return success(undefined)
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (missing) return failure('bubblewrap is not installed (Debian, Ubuntu: apt install bubblewrap)')
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
    return failure(`bubblewrap can't make a sandbox on this machine: ${said}`)
  }
}

const isReachable = async (path: string): Promise<boolean> => {
  for (const folder of [...foldersAbove(path)]) {
    if (((await stat(folder)).mode & 0o001) === 0) return false
  }
  return true
}

/**
 * Looks at what this machine can do, runs a script in each runtime to be sure, and answers with a runner, or with the
 * reason why there is none.
 */
export async function createSandboxRunner(options: SandboxOptions): Promise<Result<Runner, string>> {
  if (process.platform !== 'linux') return failure('bubblewrap works on Linux only')
  const possible = await tryBubblewrap([])
  if (!possible.ok) return possible
  await mkdir(options.folder, { recursive: true })
  await chmod(options.folder, 0o755)
  const prefix = `braid-${options.name}-`
  const cgroups = await findCgroups(`${prefix}probe`)
  if (cgroups.ok) await cgroups.value.sweep(prefix)
  const seccompFile = await writeFilter(options.folder)
  const asRoot = process.getuid?.() === 0
  if (asRoot && !(await isReachable(join(options.folder, 'etc'))))
    return failure(`expected a folder that the user scripts run as can reach, ${options.folder} is none`)
  const host: Host = {
    runtimes: [],
    cgroups: cgroups.ok ? cgroups.value : undefined,
    seccompFile,
    canDisableUserNamespaces: (await tryBubblewrap(['--disable-userns'])).ok,
    etc: await writeEtc(options.folder),
    asRoot,
    prefix,
  }
  const warnings = [
    ...(cgroups.ok
      ? []
      : [`${cgroups.error}: memory and processes of scripts are bounded one by one only, not together`]),
    ...(seccompFile === undefined ? [`system calls are not filtered on ${process.arch}`] : []),
  ]
  const runtimes: HostRuntime[] = []
  for (const runtime of await findRuntimes(options.languages)) {
    const problem = await problemOf(host, runtime)
    if (problem === undefined) runtimes.push(runtime)
    else warnings.push(`${runtime.language} ${runtime.fullVersion} is left out: ${problem}`)
  }
  return success(sandboxRunner({ ...host, runtimes }, warnings))
}

const greetings: Readonly<Record<string, string>> = {
  python: 'print("hello")',
  javascript: 'console.log("hello")',
  typescript: 'const text: string = "hello"; console.log(text)',
  bash: 'echo hello',
  ruby: 'puts "hello"',
}

async function problemOf(host: Host, runtime: HostRuntime): Promise<string | undefined> {
  if (host.asRoot) {
    for (const { path } of runtime.files) {
      if (!(await isReachable(path))) return `${path} can't be reached by the user that scripts run as`
    }
  }
  let said = ''
  const source = greetings[runtime.language] ?? ''
  const request = {
    language: runtime.language,
    source,
    limits: { ...defaultLimits, wallMs: probePatienceMs },
  }
  const outcome = await runIn(host, runtime, request, `${host.prefix}probe`, (chunks) => {
    said += chunks.map(({ text }) => text).join('')
  })
  if (outcome.kind === 'completed' && outcome.exitCode === 0 && said === 'hello\n') return undefined
  return `a first script gave ${outcome.kind}${said === '' ? '' : `: ${said.slice(0, 300)}`}`
}

function sandboxRunner(host: Host, warnings: readonly string[]): Runner {
  const running = new Set<Promise<Outcome>>()
  const stopped = new AbortController()
  let count = 0
  return {
    tier: 'sandbox',
    runtimes: host.runtimes.map(({ language, version, fullVersion }) => ({ language, version, fullVersion })),
    warnings,
    run: async (request, onOutput) => {
      const runtime = host.runtimes.find(
        ({ language, version }) =>
          language === request.language && (request.version === undefined || version === request.version),
      )
      const usage = { wallMs: 0, outputBytes: 0 }
      if (runtime === undefined) {
        const message = `there is no runtime for ${request.language} ${request.version ?? ''}`.trim()
        return { kind: 'runner-failed', message, usage }
      }
      count += 1
      const signal = AbortSignal.any([
        stopped.signal,
        ...(request.signal === undefined ? [] : [request.signal]),
      ])
      if (signal.aborted) return { kind: 'cancelled', usage }
      const one = runIn(
        host,
        runtime,
        { ...request, signal },
        `${host.prefix}${process.pid}-${count}`,
        onOutput,
      )
      running.add(one)
      try {
        return await one
      } finally {
        running.delete(one)
      }
    },
    close: async () => {
      stopped.abort()
      await Promise.allSettled(running)
      await host.cgroups?.sweep(host.prefix)
    },
  }
}

type End = 'timed-out' | 'cancelled' | undefined

async function runIn(
  host: Host,
  runtime: HostRuntime,
  request: RunRequest,
  name: string,
  onOutput: OnOutput,
): Promise<Outcome> {
  const begin = performance.now()
  const elapsed = (): number => Math.round(performance.now() - begin)
  const output = collectOutput(request.limits.outputBytes, elapsed, onOutput)
  const usage = (group?: Cgroup) => ({ wallMs: elapsed(), outputBytes: output.bytes(), ...group?.usage() })
  let group: Cgroup | undefined
  try {
    group = host.cgroups?.create(name, request.limits)
    const files = filesOf(runtime, request)
    const child = start(host, runtime, request, group, [...files.keys()])
    const killAll = (): void => {
      child.kill('SIGKILL')
    }
    const end = endBy(request, killAll)
    let complaint: unknown
    const trouble = (error: unknown): void => {
      complaint ??= error
      killAll()
    }
    feed(child, request.stdin ?? '', [...files.values()])
    const status = textOf(child.stdio[descriptors.status] as Readable)
    const reading = [
      output.read('stdout', child.stdout as Readable).catch(trouble),
      output.read('stderr', child.stderr as Readable).catch(trouble),
    ]
    const exitCode = await exitOf(child)
    end.settle()
    // What the sandbox left behind in the group would keep its pipes open.
    const outOfMemory = group?.ranOutOfMemory() ?? false
    await Promise.all(reading)
    await output.end()
    const used = usage(group)
    await group?.remove()
    if (complaint !== undefined) throw complaint
    const ended = end.reason()
    if (ended !== undefined) return { kind: ended, usage: used }
    const answer = await status
    if (!answer.includes('"exit-code"')) {
      if (outOfMemory) return { kind: 'out-of-memory', usage: used }
      return { kind: 'runner-failed', message: `the sandbox ended with ${exitCode}`, usage: used }
    }
    if (outOfMemory && exitCode >= 128) return { kind: 'out-of-memory', usage: used }
    return { kind: 'completed', exitCode, usage: used }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    await group?.remove().catch(() => undefined)
    return { kind: 'runner-failed', message, usage: usage() }
  }
}

/** By path inside; the script is the first. */
function filesOf(runtime: HostRuntime, { source, files = {} }: RunRequest): ReadonlyMap<string, string> {
  const all = new Map([[`/tmp/${runtime.definition.file}`, source]])
  for (const [path, content] of Object.entries(files)) {
    if (!/^[\w.-]+(\/[\w.-]+)*$/.test(path) || path.split('/').includes('..'))
      throw new Error(`expected a relative path of a file, but it was ${JSON.stringify(path)}`)
    all.set(`/tmp/${path}`, content)
  }
  return all
}

function start(
  host: Host,
  runtime: HostRuntime,
  { limits }: RunRequest,
  group: Cgroup | undefined,
  files: readonly string[],
): ChildProcess {
  const outer = launcher({ joinFiles: group?.joinFiles ?? [], limits, asRoot: host.asRoot })
  const inner = bubblewrapArguments({
    runtime,
    limits,
    files,
    etc: host.etc,
    hasSeccomp: host.seccompFile !== undefined,
    canDisableUserNamespaces: host.canDisableUserNamespaces,
  })
  // Its place in the file is shared with whoever inherits it, so each run opens its own.
  const filter = host.seccompFile === undefined ? undefined : openSync(host.seccompFile, 'r')
  try {
    return spawn(outer.command, [...outer.arguments, 'bwrap', ...inner], {
      // Nothing of the server's environment, not even for bubblewrap, which scripts see as process 1.
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe', filter ?? 'ignore', 'pipe', ...files.map(() => 'pipe' as const)],
    })
  } finally {
    if (filter !== undefined) closeSync(filter)
  }
}

/** Gives it the files, and what it reads from its input; a script that doesn't read is no fault. */
function feed(child: ChildProcess, stdin: string, contents: readonly string[]): void {
  const give = (to: Writable, text: string): void => {
    to.on('error', () => undefined)
    to.end(text)
  }
  give(child.stdin as Writable, stdin)
  contents.forEach((content, index) => {
    give(child.stdio[descriptors.files + index] as Writable, content)
  })
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 137)))
  })
}

async function textOf(stream: Readable): Promise<string> {
  let text = ''
  try {
    for await (const data of stream) text = (text + String(data)).slice(0, 10_000)
  } catch {
    // The sandbox is gone; what it said till then counts.
  }
  return text
}

function endBy({ limits, signal }: RunRequest, kill: () => void) {
  let reason: End
  const stop = (why: End): void => {
    reason ??= why
    kill()
  }
  const cancel = (): void => stop('cancelled')
  const timer = setTimeout(() => stop('timed-out'), limits.wallMs)
  signal?.addEventListener('abort', cancel, { once: true })
  return {
    reason: () => reason,
    settle: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
    },
  }
}

/** One run in a process that the kernel confines, from its pipes to the removal of its control group. */
import type { ChildProcess } from 'node:child_process'
import { collectOutput } from '../output.ts'
import { collectResult } from '../result.ts'
import type { Limits, OnOutput, Outcome, RunRequest } from '../runner.ts'
import type { Cgroup } from './cgroup/cgroup.ts'
import { endBy, exitOf } from './child.ts'
import type { Host } from './sandbox/host.ts'
import { type Channels, openChannels } from './sandbox/pipes.ts'
import type { HostRuntime } from './sandbox/runtime-files.ts'

export type Confined = {
  readonly child: ChildProcess
  /** Asked after its end: what kept the script from running, or from running to its end, if something did. */
  problem(exitCode: number): Promise<string | undefined>
  /** Of what the run alone needed on the host. */
  cleanUp?(): Promise<void>
}

export type Run = {
  readonly runtime: HostRuntime
  /** Folder with the compiled library of the language. */
  readonly library: string | undefined
  readonly request: RunRequest
  /** Of its control group. */
  readonly name: string
}

/** Has to put the process into the group before it does anything, and to give it the channels. */
export type Start = (
  run: Run,
  surroundings: { readonly group: Cgroup | undefined; readonly channels: Channels },
) => Promise<Confined> | Confined

export type Confinement = {
  readonly start: Start
  /** Of the control group, which may hold more than the script. */
  readonly groupLimits: (limits: Limits) => Limits
}

export async function runConfined(
  host: Host,
  confinement: Confinement,
  runtime: HostRuntime,
  request: RunRequest,
  name: string,
  onOutput: OnOutput,
): Promise<Outcome> {
  const before = { wallMs: 0, outputBytes: 0 }
  try {
    const library = await host.libraries(runtime, request.signal)
    if (request.signal?.aborted === true) return { kind: 'cancelled', usage: before }
    return await runWith(host, confinement, { runtime, library, request, name }, onOutput)
  } catch (error) {
    return { kind: 'runner-failed', message: messageOf(error), usage: before }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function runWith(
  host: Host,
  { start, groupLimits }: Confinement,
  run: Run,
  onOutput: OnOutput,
): Promise<Outcome> {
  const { request } = run
  const begin = performance.now()
  const elapsed = (): number => Math.round(performance.now() - begin)
  const output = collectOutput(request.limits.outputBytes, elapsed, onOutput)
  const usage = () => ({ wallMs: elapsed(), outputBytes: output.bytes() })
  let group: Cgroup | undefined
  let channels: Channels | undefined
  let confined: Confined | undefined
  const killAll = (): void => {
    group?.hurry()
    confined?.child.kill('SIGKILL')
  }
  try {
    channels = await openChannels(host.pipes, request.stdin)
    group = host.cgroups?.create(run.name, groupLimits(request.limits))
    confined = await start(run, { group, channels })
    group?.begin()
    const exit = exitOf(confined.child)
    channels.release()
    const end = endBy(request, killAll)
    let complaint: unknown
    const trouble = (error: unknown): void => {
      complaint ??= error
      killAll()
    }
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
    const problem = await confined.problem(exitCode)
    if (outOfMemory && (problem !== undefined || exitCode >= 128))
      return { kind: 'out-of-memory', usage: used }
    if (problem !== undefined) return { kind: 'runner-failed', message: problem, usage: used }
    const result = await given
    return { kind: 'completed', exitCode, usage: used, ...(result === undefined ? {} : { result }) }
  } catch (error) {
    killAll()
    await group?.remove().catch(() => undefined)
    return { kind: 'runner-failed', message: messageOf(error), usage: usage() }
  } finally {
    channels?.close()
    await confined?.cleanUp?.().catch(() => undefined)
  }
}

/** Each takes a descriptor, or a mount. */
const maxFiles = 100

/** What a script finds in its folder, by path in there; the script itself is the first. */
export function filesOf({ runtime, request: { source, files = {} } }: Run): ReadonlyMap<string, string> {
  const script = runtime.definition.file
  if (Object.keys(files).length > maxFiles) throw new Error(`expected at most ${maxFiles} files`)
  for (const path of Object.keys(files)) {
    if (!/^[\w.-]+(\/[\w.-]+)*$/.test(path) || path.split('/').includes('..') || path === script)
      throw new Error(
        `expected a relative path of a file other than ${script}, but it was ${JSON.stringify(path)}`,
      )
  }
  return new Map([[script, source], ...Object.entries(files)])
}

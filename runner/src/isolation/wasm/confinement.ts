/**
 * What keeps the processes of this tier from the machine. The plain one has what every Unix offers: limits of a process,
 * another user, an end when the server ends. Another, such as a sandbox of the operating system, may take its place.
 */
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Limits, Usage } from '../../runner.ts'
import { type MemoryWatch, watchMemory } from './memory-watch.ts'

const run = promisify(execFile)

/** For Node. */
type Program = {
  /** All that it reads while it runs. */
  readonly folder: string
  /** Given the path of the folder as the process sees it. */
  readonly arguments: (folder: string) => readonly string[]
}

/** One process that is not started yet. */
export type Confined = {
  readonly command: string
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Becomes its descriptor 3; closed here once it has it. */
  readonly filter?: number
  /** Descriptors that it must not get from this process. */
  readonly inherited: readonly number[]
  /** Called when it runs, before it knows its script. */
  bound(pid: number, limits: Limits): Promise<void>
  usage(pid: number): Pick<Usage, 'cpuMs' | 'peakMemoryBytes'>
  ranOutOfMemory(): boolean
  /** After its end: waits till nothing is left of it. */
  remove(): Promise<void>
}

export type Confinement = {
  /** Whether it holds who breaks out of an engine. */
  readonly isBoundary: boolean
  /** What it lacks, in words for an operator. */
  readonly warnings: readonly string[]
  confine(program: Program): Confined
}

/** Beyond the memory of a script: what Node takes for itself, and for texts and files on their way. */
export const engineBytes = 384 * 1024 * 1024
/** Of that, what it takes once it has its script. */
const laterBytes = 128 * 1024 * 1024
/** Where engines recurse, Node's own stack grows faster than theirs. */
const stackKilobytes = 16 * 1024
/** Options of Node that go with it. */
export const stackOption = '--stack-size=15000'
const nobody = 65_534
const tickMs = 10

/** A command with as large a stack, no core dumps and few open files. */
export const withStack = (command: readonly string[]) => ({
  command: '/bin/sh',
  arguments: [
    '-c',
    `ulimit -c 0; ulimit -n 256; ulimit -s ${stackKilobytes} || exit 125; exec "$@"`,
    'sh',
    ...command,
  ],
})

const statusField = (pid: number, name: string): number | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}

/** Fields 14 and 15 of proc_pid_stat(5), counted from behind the name, which may hold anything. */
const cpuMs = (pid: number): number | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * tickMs
  } catch {
    return undefined
  }
}

const works = (command: string, values: readonly string[]): boolean => {
  try {
    execFileSync(command, [...values], { stdio: 'ignore', env: {} })
    return true
  } catch {
    return false
  }
}

export function plainConfinement(isReachable: boolean): Confinement {
  const isRoot = process.getuid?.() === 0
  const hasSetpriv = works('/usr/bin/setpriv', ['--pdeathsig', 'KILL', '/bin/sh', '-c', ':'])
  const hasPrlimit = works('/usr/bin/prlimit', ['--pid', String(process.pid)])
  const asNobody = isRoot && isReachable && hasSetpriv
  // Limits of a process are lowered by its own user.
  const asThem = asNobody ? { uid: nobody, gid: nobody } : {}
  const lessPower = [
    ...(hasSetpriv ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL'] : []),
    ...(asNobody ? [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--no-new-privs'] : []),
  ]
  const warnings = [
    'WebAssembly alone is no boundary against a hostile author: who breaks out of the engine is a process of this machine',
    ...(hasPrlimit
      ? []
      : ['this system bounds the memory of no process: it is only looked at, four times a second']),
    ...(hasSetpriv ? [] : ['a script that runs while the server is killed may go on']),
    ...(isRoot && !asNobody ? ['scripts run as root'] : []),
  ]
  return {
    isBoundary: false,
    warnings,
    confine: ({ folder, arguments: argumentsIn }) => {
      let before = 0
      let watch: MemoryWatch | undefined
      return {
        ...withStack([...lessPower, process.execPath, ...argumentsIn(folder)]),
        environment: {},
        inherited: [],
        bound: async (pid, { memoryBytes }) => {
          before = cpuMs(pid) ?? 0
          const data = statusField(pid, 'VmData')
          if (!hasPrlimit) watch = watchMemory(pid, memoryBytes + engineBytes)
          if (!hasPrlimit || data === undefined) return
          const most = data + memoryBytes + laterBytes
          await run('/usr/bin/prlimit', ['--pid', String(pid), `--data=${most}`], { env: {}, ...asThem })
        },
        usage: (pid) => {
          const cpu = cpuMs(pid)
          const peak = statusField(pid, 'VmHWM')
          return {
            ...(cpu === undefined ? {} : { cpuMs: Math.max(0, cpu - before) }),
            ...(peak === undefined ? {} : { peakMemoryBytes: peak }),
          }
        },
        ranOutOfMemory: () => watch?.exceeded() ?? false,
        remove: async () => watch?.stop(),
      }
    },
  }
}

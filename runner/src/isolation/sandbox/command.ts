/** The command line of a sandbox: what bubblewrap (bwrap(1)) is told to build around a script. */
import type { Limits } from '../../runner.ts'
import { libraryPath } from './compiled-library.ts'
import type { HostRuntime } from './runtime-files.ts'

/** Nobody, inside; also outside when the server is root. */
export const nobody = 65_534

/** What belongs to Braid, inside: the input, the channel for results, the modules that scripts import. */
const own = '/braid'
export const inputPath = `${own}/input.json`
const resultPath = `${own}/result`
export const modulesPath = `${own}/modules`

/** Descriptors of the sandbox's own; those of files follow. */
export const descriptors = { seccomp: 3, status: 4, files: 5 } as const

const memoryFileSystem = (path: string, bytes: number): readonly string[] => [
  '--size',
  String(bytes),
  '--tmpfs',
  path,
]

export type Sandbox = {
  readonly runtime: HostRuntime
  readonly limits: Limits
  /** Paths inside, in the order of their descriptors. */
  readonly files: readonly string[]
  readonly hasSeccomp: boolean
  /** Bounded by the limit of a process, too (setrlimit(2)); needs /usr/bin/sh. */
  readonly boundsProcesses?: boolean
  readonly canDisableUserNamespaces: boolean
  /** Folder on the host with the few files of /etc. */
  readonly etc: string
  /** Folder on the host with the modules that scripts import. */
  readonly modules: string
  /** Pipe on the host. */
  readonly result: string
  /** Folder on the host with the compiled library of the language. */
  readonly library: string | undefined
}

/** All that a script sees of an environment. */
export const scriptEnvironment = (
  { definition }: HostRuntime,
  paths: { readonly input: string; readonly result: string },
): Readonly<Record<string, string>> => ({
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/tmp',
  LANG: 'C.UTF-8',
  TERM: 'xterm-256color',
  BRAID_INPUT: paths.input,
  BRAID_RESULT: paths.result,
  ...definition.environment?.(modulesPath),
})

export function bubblewrapArguments(sandbox: Sandbox): readonly string[] {
  const { runtime, limits, files, etc, modules, result } = sandbox
  const input = files.includes(inputPath) ? inputPath : `${modulesPath}/no-input.json`
  return [
    '--unshare-all',
    '--unshare-user',
    ...(sandbox.canDisableUserNamespaces ? ['--disable-userns'] : []),
    ...['--uid', String(nobody), '--gid', String(nobody)],
    '--die-with-parent',
    '--new-session',
    ...['--cap-drop', 'ALL', '--hostname', 'sandbox', '--clearenv'],
    ...Object.entries(scriptEnvironment(runtime, { input, result: resultPath })).flatMap(([name, value]) => [
      '--setenv',
      name,
      value,
    ]),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...memoryFileSystem('/dev/shm', limits.diskBytes),
    ...['--remount-ro', '/dev'],
    ...runtime.files.flatMap(({ path, at }) => ['--ro-bind', path, at ?? path]),
    ...['--ro-bind', etc, '/etc', '--symlink', 'usr/bin', '/bin'],
    ...['--ro-bind', modules, modulesPath, '--ro-bind', result, resultPath],
    ...(sandbox.library === undefined ? [] : ['--ro-bind', sandbox.library, libraryPath]),
    // Node looks for packages in the folders above a script.
    ...['--symlink', `..${modulesPath}`, '/node_modules/braid'],
    ...memoryFileSystem('/tmp', limits.diskBytes),
    ...files.flatMap((path, index) => ['--file', String(descriptors.files + index), path]),
    ...['--remount-ro', '/', '--chdir', '/tmp'],
    ...(sandbox.hasSeccomp ? ['--seccomp', String(descriptors.seccomp)] : []),
    ...['--json-status-fd', String(descriptors.status)],
    '--',
    ...(sandbox.boundsProcesses === true
      ? bounded(limits.processes, programOf(runtime))
      : programOf(runtime)),
  ]
}

/**
 * A group refuses a process when all of its memory has been copied already, for which the kernel keeps others waiting; this
 * limit refuses it before. It is set inside, for the kernel counts the processes of each user namespace alone. Shells
 * have one or the other letter for it.
 */
const bounded = (processes: number, program: readonly string[]): readonly string[] => [
  '/usr/bin/sh',
  '-c',
  `ulimit -p ${processes} 2>/dev/null || ulimit -u ${processes} || exit 125; exec "$@"`,
  'sh',
  ...program,
]

/** The interpreter and its arguments. */
export const programOf = ({ definition, command }: HostRuntime): readonly string[] =>
  definition.compiled === undefined
    ? [command, ...definition.arguments(`/tmp/${definition.file}`)]
    : ['/usr/bin/sh', '-c', definition.compiled.run, 'sh', command, libraryPath]

/**
 * Shell text: joins the control groups that are its arguments up to `--`. When the machine itself runs out of memory, what
 * is in them is ended before anything else (proc_pid_oom_score_adj(5)).
 */
export const joinGroups =
  '{ echo 1000 > /proc/self/oom_score_adj; } 2>/dev/null; while [ "$1" != -- ]; do echo 0 > "$1" || exit 125; shift; done; shift;'

/**
 * Joins the control groups, lowers what no group bounds, gives up root, becomes the given command. Without groups the
 * limits of a process (setrlimit(2)) are all there is.
 */
export function launcher(options: {
  readonly joinFiles: readonly string[]
  readonly limits: Limits
  readonly reservedBytes?: number
  readonly asRoot: boolean
}): { readonly command: string; readonly arguments: readonly string[] } {
  const { joinFiles, limits, reservedBytes = 0, asRoot } = options
  const bounds = [
    'ulimit -c 0',
    'ulimit -n 256',
    // Scratch space bounds files before; this is for what it opens again of the host's.
    `ulimit -f ${Math.ceil(limits.diskBytes / 512) + 1}`,
    `ulimit -t ${Math.ceil(limits.wallMs / 1_000) + 5}`,
    ...(joinFiles.length === 0
      ? [`ulimit -d ${Math.ceil((limits.memoryBytes + reservedBytes) / 1024)}`]
      : []),
  ]
  const text = `${joinGroups} ${bounds.join(' && ')} || exit 125; exec "$@"`
  // A group has its share of the processor; without, this is for the server to come first.
  const lessPriority = joinFiles.length === 0 ? ['nice', '-n', '10'] : []
  const lessPower = asRoot
    ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--']
    : []
  return {
    command: '/bin/sh',
    arguments: ['-c', text, 'sh', ...joinFiles, '--', ...lessPriority, ...lessPower],
  }
}

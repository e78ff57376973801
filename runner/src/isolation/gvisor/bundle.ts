/**
 * What gVisor is told to build around a script: a bundle as the OCI runtime specification has it (config.json), with a
 * root of its own that holds nothing of the host but what is mounted.
 */
import type { Limits } from '../../runner.ts'
import { modulesPath, nobody, programOf, scriptEnvironment } from '../sandbox/command.ts'
import { libraryPath } from '../sandbox/compiled-library.ts'
import type { HostRuntime } from '../sandbox/runtime-files.ts'

/** A file or folder of the host, read-only at a path inside. */
export type Bound = { readonly path: string; readonly at: string }

export const stdinPath = '/braid/stdin'

/**
 * gVisor hands in no pipes by name, so the one for results comes in place of an input, and is handed on as a descriptor:
 * for the script and what it starts, unless that is started without its descriptors.
 */
const resultPath = '/dev/fd/9'
const firstProcess = `"$@" 9>&0 < ${stdinPath}; exit $?`

export type Bundle = {
  readonly root: string
  readonly runtime: HostRuntime
  readonly library: string | undefined
  readonly limits: Limits
  readonly etc: string
  readonly modules: string
  readonly bound: readonly Bound[]
  /** Where the script finds its input. */
  readonly input: string
}

const inMemory = (destination: string, bytes: number) => ({
  destination,
  type: 'tmpfs',
  source: 'tmpfs',
  options: ['nosuid', 'nodev', `size=${bytes}`],
})

const readOnly = ({ path, at }: Bound) => ({
  destination: at,
  type: 'bind',
  source: path,
  options: ['bind', 'ro', 'nosuid', 'nodev'],
})

const rlimit = (type: string, value: number) => ({ type, hard: value, soft: value })

const none = { bounding: [], effective: [], inheritable: [], permitted: [], ambient: [] }

/** The content of `config.json`. */
export function bundleConfig({ runtime, limits, library, ...bundle }: Bundle): unknown {
  const environment = scriptEnvironment(runtime, { input: bundle.input, result: resultPath })
  return {
    ociVersion: '1.0.2',
    root: { path: bundle.root, readonly: true },
    hostname: 'sandbox',
    process: {
      terminal: false,
      user: { uid: nobody, gid: nobody },
      args: ['/usr/bin/sh', '-c', firstProcess, 'sh', ...programOf(runtime)],
      env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      cwd: '/tmp',
      capabilities: none,
      noNewPrivileges: true,
      rlimits: [
        rlimit('RLIMIT_NOFILE', 256),
        rlimit('RLIMIT_CORE', 0),
        rlimit('RLIMIT_FSIZE', limits.diskBytes),
      ],
    },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      inMemory('/dev/shm', limits.diskBytes),
      inMemory('/tmp', limits.diskBytes),
      ...[
        ...runtime.files.map(({ path, at = path }) => ({ path, at })),
        { path: bundle.etc, at: '/etc' },
        { path: bundle.modules, at: modulesPath },
        ...(library === undefined ? [] : [{ path: library, at: libraryPath }]),
        ...bundle.bound,
      ].map(readOnly),
    ],
    linux: {
      namespaces: ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
    },
  }
}

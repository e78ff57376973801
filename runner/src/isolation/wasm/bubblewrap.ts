/**
 * The sandbox of the operating system around processes of this tier: no network, no files but Node's and the engines', a
 * filter for system calls, a control group. With it, who breaks out of an engine is nowhere. The group has to be there
 * before the script is known, so it bounds what any may ask for; the engine bounds what the one does.
 */
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { Limits } from '../../runner.ts'
import { bubblewrapArguments, launcher } from '../sandbox/command.ts'
import { gather } from '../sandbox/gathered-files.ts'
import { prepareHost } from '../sandbox/host.ts'
import { findRuntimes } from '../sandbox/runtime-files.ts'
import { type Confinement, engineBytes, withStack } from './confinement.ts'

type Options = {
  /** Of its own. */
  readonly folder: string
  readonly name: string
  readonly limits: Limits
}

/** Where a process sees its engines. */
const inside = '/engines'
/** Threads of Node and of bubblewrap. */
const processes = 64

export async function bubblewrapConfinement(options: Options): Promise<Result<Confinement, string>> {
  const prefix = `braid-${options.name}-wasm-`
  const prepared = await prepareHost(options.folder, prefix)
  if (!prepared.ok) return prepared
  const { warnings, ...host } = prepared.value
  const node = (await findRuntimes(['javascript'])).find(
    ({ fullVersion }) => fullVersion === process.versions.node,
  )
  if (node === undefined) return failure(`the files of ${process.execPath} were not found`)
  const runtime = await gather(node, join(options.folder, 'node'))
  // Without a group a process is bounded by its address space, of which Node reserves much more than it uses.
  const memoryBytes = options.limits.memoryBytes + (host.cgroups === undefined ? 8 : 1) * engineBytes
  const limits = { ...options.limits, memoryBytes, processes }
  let count = 0
  return success({
    isBoundary: true,
    warnings,
    confine: ({ folder, arguments: argumentsIn }) => {
      count += 1
      const group = host.cgroups?.create(`${prefix}${process.pid}-${count}`, limits)
      const outer = launcher({ joinFiles: group?.joinFiles ?? [], limits, asRoot: host.asRoot })
      const inner = bubblewrapArguments({
        runtime: {
          ...runtime,
          definition: { ...runtime.definition, arguments: () => argumentsIn(inside) },
          files: [...runtime.files, { path: folder, at: inside }],
        },
        limits,
        files: [],
        etc: host.etc,
        modules: host.modules,
        // Results have another way out.
        result: '/dev/null',
        library: undefined,
        hasSeccomp: host.seccompFile !== undefined,
        canDisableUserNamespaces: host.canDisableUserNamespaces,
      })
      let cpuBefore = 0
      return {
        ...withStack([outer.command, ...outer.arguments, 'bwrap', ...inner]),
        environment: { PATH: '/usr/local/bin:/usr/bin:/bin' },
        // Its place in the file is shared with whoever inherits it, so each process opens its own.
        ...(host.seccompFile === undefined ? {} : { filter: openSync(host.seccompFile, 'r') }),
        inherited: host.inherited,
        bound: async () => {
          cpuBefore = group?.usage().cpuMs ?? 0
          group?.begin()
        },
        usage: () => {
          const { cpuMs, ...used } = group?.usage() ?? {}
          return { ...used, ...(cpuMs === undefined ? {} : { cpuMs: cpuMs - cpuBefore }) }
        },
        ranOutOfMemory: () => group?.ranOutOfMemory() ?? false,
        remove: async () => group?.remove(),
      }
    },
  })
}

/**
 * The tier for hosts whose kernel strangers should not reach: gVisor (runsc) answers the system calls of scripts itself.
 * Same files, channels and invariants (X1–X3) as the tier `sandbox`; about half a second slower to start. A container comes
 * of a bundle, never of `runsc do`, which shows the host's files.
 */
import { chmod, mkdir, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { Runner } from '../../runner.ts'
import { runConfined } from '../confined-run.ts'
import { createHostRunner } from '../host-runner.ts'
import { modulesPath } from '../sandbox/command.ts'
import { gather } from '../sandbox/gathered-files.ts'
import { prefixOf, prepareFolder, type SandboxOptions } from '../sandbox/host.ts'
import { findRuntimes, withShell } from '../sandbox/runtime-files.ts'
import { askRunsc, confinementBy, type Gvisor } from './run.ts'

/** A runner, or the reason why there is none. Each runtime is tried out with a script, for a bad platform hangs. */
export async function createGvisorRunner(options: SandboxOptions): Promise<Result<Runner, string>> {
  if (process.platform !== 'linux') return failure('gVisor works on Linux only')
  if (process.getuid?.() !== 0) return failure('gVisor needs root')
  try {
    await askRunsc('--version')
  } catch {
    return failure('gVisor is not installed (Debian: apt install runsc; newer versions: gvisor.dev)')
  }
  const prefix = prefixOf(options.name)
  const prepared = await prepareFolder(options.folder, prefix, options.libraries)
  if (!prepared.ok) return prepared
  const { warnings, ...host } = prepared.value
  if (host.cgroups === undefined) return failure(`gVisor needs control groups: ${warnings.join(', ')}`)
  for (const name of options.staleNames ?? []) await host.cgroups.sweep(prefixOf(name))
  const gvisor = { host, ...(await makeFolders(options.folder)) }
  const runtimes = await Promise.all(
    (await withShell(await findRuntimes(options.languages))).map((runtime) =>
      gather(runtime, join(options.folder, 'runtimes', `${runtime.language}-${runtime.fullVersion}`)),
    ),
  )
  const confinement = confinementBy(gvisor)
  const tier = {
    tier: 'gvisor' as const,
    prefix,
    warnings,
    runOne: runConfined.bind(undefined, host, confinement),
    sweep: async () => host.cgroups?.sweep(prefix),
  }
  return success(await createHostRunner(tier, runtimes))
}

async function makeFolders(folder: string): Promise<Omit<Gvisor, 'host'>> {
  const [root, state, bundles] = ['root', 'state', 'bundles'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const each of [root, state, bundles]) {
    await rm(each, { recursive: true, force: true })
    await mkdir(each, { recursive: true, mode: 0o700 })
  }
  await chmod(root, 0o755)
  const links = { bin: 'usr/bin', 'node_modules/braid': `..${modulesPath}` }
  for (const [path, target] of Object.entries(links)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await symlink(target, join(root, path))
  }
  return { root, state, bundles }
}

/**
 * The tier for Linux: bubblewrap around the host's own interpreters. No network, no files of the host but the runtime's,
 * no other processes, bounded memory, processes and processor, a filter for system calls. Invariants:
 * X1 a run ends at its deadline, when it is cancelled, or by itself; then nothing of it is left;
 * X2 the host opens no path that a script has made: what goes in and out goes through descriptors and pipes of the host's;
 * X3 no run sees another, earlier or at the same time: each has a sandbox of its own that is never used again.
 */
import { join } from 'node:path'
import { type Result, success } from '@braid/core/base/result.ts'
import type { Runner } from '../../runner.ts'
import { runConfined } from '../confined-run.ts'
import { createHostRunner } from '../host-runner.ts'
import { gather } from './gathered-files.ts'
import { isReachable, prefixOf, prepareHost, type SandboxOptions } from './host.ts'
import { withReachableFiles } from './reachable-files.ts'
import { confinementBy } from './run.ts'
import { findRuntimes, type HostRuntime, withShell } from './runtime-files.ts'

/**
 * Looks at what this machine can do, runs a script in each runtime to be sure, and answers with a runner, or with the
 * reason why there is none.
 */
export async function createSandboxRunner(options: SandboxOptions): Promise<Result<Runner, string>> {
  const prefix = prefixOf(options.name)
  const prepared = await prepareHost(options.folder, prefix, options.libraries)
  if (!prepared.ok) return prepared
  const { warnings, ...host } = prepared.value
  for (const name of options.staleNames ?? []) await host.cgroups?.sweep(prefixOf(name))
  const there = await withShell(await findRuntimes(options.languages))
  const usable = host.asRoot ? await withReachableFiles(there, join(options.folder, 'reachable')) : there
  const found = await Promise.all(
    usable.map((runtime) =>
      gather(runtime, join(options.folder, 'runtimes', `${runtime.language}-${runtime.fullVersion}`)),
    ),
  )
  const unreachable = host.asRoot ? await unreachableIn(found) : new Map<HostRuntime, string>()
  const tier = {
    tier: 'sandbox' as const,
    prefix,
    warnings: [
      ...warnings,
      ...[...unreachable].map(
        ([{ language, fullVersion }, path]) =>
          `${language} ${fullVersion} is left out: ${path} can't be reached by the user that scripts run as`,
      ),
    ],
    runOne: runConfined.bind(undefined, host, confinementBy(host)),
    sweep: async () => host.cgroups?.sweep(prefix),
  }
  return success(
    await createHostRunner(
      tier,
      found.filter((runtime) => !unreachable.has(runtime)),
    ),
  )
}

/** A file of each runtime that only the server's own user gets to. */
async function unreachableIn(runtimes: readonly HostRuntime[]): Promise<ReadonlyMap<HostRuntime, string>> {
  const found = new Map<HostRuntime, string>()
  for (const runtime of runtimes) {
    for (const { path } of runtime.files) {
      if (!(await isReachable(path))) found.set(runtime, path)
    }
  }
  return found
}

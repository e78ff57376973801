/** Libraries that are compiled once per host and version, at the first script that wants one, and kept. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { HostRuntime } from './runtime-files.ts'

const run = promisify(execFile)
const patienceMs = 10 * 60_000

/** Where such a library is inside. */
export const libraryPath = '/braid/library'

/** Gives the folder of a runtime's library; undefined when it needs none, or nobody waits any more. Rejects when it can't be made. */
export type Libraries = (runtime: HostRuntime, signal?: AbortSignal) => Promise<string | undefined>

export function librariesIn(folder: string): Libraries {
  const being = new Map<string, Promise<string>>()
  return async (runtime, signal) => {
    const { language, fullVersion, definition } = runtime
    if (definition.compiled === undefined) return undefined
    const path = join(folder, `${language}-${fullVersion}`)
    if (existsSync(path)) return path
    const making =
      being.get(path) ??
      make(path, runtime.command, definition.compiled.prepare).finally(() => being.delete(path))
    being.set(path, making)
    return signal === undefined ? making : Promise.race([making, aborted(signal)])
  }
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })

/** Under its name only when it is whole; another process may have been faster. */
async function make(path: string, compiler: string, prepare: string): Promise<string> {
  const unfinished = `${path}.unfinished-${process.pid}`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })
  try {
    await run('nice', ['-n', '10', 'sh', '-c', prepare, 'sh', compiler, libraryPath], {
      cwd: unfinished,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      timeout: patienceMs,
    })
    await chmod(unfinished, 0o755)
    if (!existsSync(path)) await rename(unfinished, path)
    return path
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

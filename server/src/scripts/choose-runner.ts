/** Which tier of isolation runs the scripts of this node: the one that is set, else the best that works here. */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import { createSandboxRunner } from '@braid/runner/isolation/sandbox/sandbox.ts'
import type { Runner } from '@braid/runner/runner.ts'
import type { ScriptSettings } from '../config.ts'

export type ChosenRunner = {
  readonly runner: Runner
  /** Nothing of the operating system confines the scripts. */
  readonly unconfined: boolean
  close(): Promise<void>
}

/** In words for an operator, when scripts can't be run here. */
export async function chooseRunner({ isolation }: ScriptSettings): Promise<Result<ChosenRunner, string>> {
  if (isolation === 'none') return failure('BRAID_SCRIPT_ISOLATION is none: this node runs no scripts')
  const made = await inFolder((folder, name, staleNames) => createSandboxRunner({ folder, name, staleNames }))
  if (!made.ok) return made
  return success({ ...made.value, unconfined: false })
}

/** Scripts of all nodes of this machine, each in a folder named by its process. */
const scriptFolder = join(tmpdir(), 'braid-scripts')

async function inFolder(
  create: (folder: string, name: string, staleNames: readonly string[]) => Promise<Result<Runner, string>>,
): Promise<Result<Pick<ChosenRunner, 'runner' | 'close'>, string>> {
  const name = String(process.pid)
  const folder = join(scriptFolder, name)
  const stale = await staleFolders()
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o755 })
  const made = await create(folder, name, stale)
  for (const left of stale) await rm(join(scriptFolder, left), { recursive: true, force: true })
  const removeFolder = () => rm(folder, { recursive: true, force: true })
  if (!made.ok) {
    await removeFolder()
    return made
  }
  const runner = made.value
  return success({
    runner,
    close: async () => {
      await runner.close()
      await removeFolder()
    },
  })
}

/** Of processes that are gone. */
async function staleFolders(): Promise<readonly string[]> {
  const names = await readdir(scriptFolder).catch(() => [])
  return names.filter((name) => /^\d+$/.test(name) && !isAlive(Number(name)))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

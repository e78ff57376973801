/** Which tier of isolation runs the scripts of this node: the one that is set, else the best that works here. */
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Key } from '@braid/core/base/key.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import { createGvisorRunner } from '@braid/runner/isolation/gvisor/gvisor.ts'
import { createKubernetesRunner } from '@braid/runner/isolation/kubernetes/kubernetes.ts'
import { createSandboxRunner } from '@braid/runner/isolation/sandbox/sandbox.ts'
import { createWasmRunner } from '@braid/runner/isolation/wasm/wasm.ts'
import { defaultLimits, type Runner } from '@braid/runner/runner.ts'
import type { Config } from '../config.ts'

export type ChosenRunner = {
  readonly runner: Runner
  /** Removes what nodes left that do not live any more, where runs outlive their node. */
  readonly sweep?: (livingNodes: readonly Key[]) => Promise<unknown>
  /** Nothing of the operating system confines the scripts. */
  readonly unconfined: boolean
  close(): Promise<void>
}

type Chosen = Result<ChosenRunner, string>

/** In words for an operator, when scripts can't be run here. */
export async function chooseRunner(
  config: Pick<Config, 'scripts' | 'dataDir'>,
  nodeKey: Key,
): Promise<Chosen> {
  const { isolation } = config.scripts
  switch (isolation) {
    case 'auto':
      return chooseBest(config)
    case 'sandbox':
      return inFolder(createSandboxRunner)
    case 'gvisor':
      return inFolder(createGvisorRunner)
    case 'kubernetes':
      return choosePods(config.scripts, nodeKey)
    case 'wasm':
      return chooseWasm(config)
    case 'none':
      return failure('BRAID_SCRIPT_ISOLATION is none: this node runs no scripts')
  }
}

/** A boundary of the operating system where there is one, else what an administrator takes upon themselves. */
async function chooseBest(config: Pick<Config, 'scripts' | 'dataDir'>): Promise<Chosen> {
  const sandbox = await inFolder(createSandboxRunner)
  if (sandbox.ok) return sandbox
  return config.scripts.allowUnconfined
    ? chooseWasm(config)
    : failure(`${sandbox.error}; ${unconfinedChoice}`)
}

async function choosePods({ kubernetes }: Config['scripts'], nodeKey: Key): Promise<Chosen> {
  if (kubernetes.images.length === 0) {
    return failure('expected BRAID_KUBERNETES_IMAGES to name the images that run scripts')
  }
  const made = await createKubernetesRunner({ ...kubernetes, owner: ownerOf(nodeKey) })
  if (!made.ok) return made
  const runner = made.value
  return success({
    runner,
    unconfined: false,
    sweep: (nodes) => runner.sweep(nodes.map(ownerOf)),
    close: () => runner.close(),
  })
}

/** A label of its pods. */
const ownerOf = (nodeKey: Key): string => `node-${nodeKey}`

/** By itself no boundary, for its engines may have flaws that a hostile author knows; in a sandbox it is one. */
async function chooseWasm({ dataDir, scripts }: Pick<Config, 'scripts' | 'dataDir'>): Promise<Chosen> {
  const limits = { ...defaultLimits, ...scripts.limits }
  const made = await createWasmRunner({
    folder: join(resolve(dataDir), 'wasm'),
    sandbox: { name: String(process.pid), limits },
  })
  if (!made.ok) return made
  const runner = made.value
  if (!runner.isBoundary && !scripts.allowUnconfined) {
    await runner.close()
    return failure(`${runner.warnings.join('; ')}; ${unconfinedChoice}`)
  }
  return success({ runner, unconfined: !runner.isBoundary, close: () => runner.close() })
}

const unconfinedChoice =
  'for scripts of people you trust, BRAID_ALLOW_UNCONFINED_SCRIPTS=true runs them in WebAssembly, without a boundary of the operating system'

/** Scripts of all nodes of this machine, each in a folder named by its process; what they share stays. */
const scriptFolder = join(tmpdir(), 'braid-scripts')

async function inFolder(create: typeof createSandboxRunner): Promise<Chosen> {
  const name = String(process.pid)
  const folder = join(scriptFolder, name)
  const stale = await staleFolders()
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o755 })
  const libraries = join(scriptFolder, 'libraries')
  const made = await create({ folder, libraries, name, staleNames: stale })
  for (const left of stale) await rm(join(scriptFolder, left), { recursive: true, force: true })
  const removeFolder = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true })
    // Until others, or what they share, are in it.
    await rmdir(scriptFolder).catch(() => undefined)
  }
  if (!made.ok) {
    await removeFolder()
    return made
  }
  const runner = made.value
  return success({
    runner,
    unconfined: false,
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

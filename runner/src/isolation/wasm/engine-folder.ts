/**
 * The folder that the processes of this tier run from. It is made once for each state of the engines, of Node and of the
 * programs around them, and never changed: who finds it complete uses it, at the same time as others do.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { moduleSources } from '../../modules.ts'

const run = promisify(execFile)
const patienceMs = 120_000
const prepare = fileURLToPath(new URL('./guest/prepare.ts', import.meta.url))
const programs = fileURLToPath(new URL('./guest/', import.meta.url))
const packages = [
  '@jitl/quickjs-wasmfile-release-sync',
  'quickjs-emscripten-core',
  'pyodide',
  'object-inspect',
  'rolldown',
]

async function stateOf(): Promise<string> {
  const hash = createHash('sha256').update(process.version).update(process.arch)
  const names = (await readdir(programs)).toSorted().map((name) => join(programs, name))
  const manifests = packages.map((name) => findPackageJSON(name, import.meta.url) ?? '')
  for (const path of [...names, ...manifests, join(moduleSources, 'braid.py')])
    hash.update(await readFile(path))
  return hash.digest('hex').slice(0, 16)
}

/** Those of earlier versions, and drafts that a crash left: tens of megabytes each. */
async function removeOthers(parent: string, folder: string): Promise<void> {
  const others = (await readdir(parent)).filter((name) => /^([0-9a-f]{16}|draft-\w+)$/.test(name))
  for (const name of others)
    if (join(parent, name) !== folder) await rm(join(parent, name), { recursive: true, force: true })
}

/** Makes it where it is missing. Rejects when that fails. */
export async function prepareEngineFolder(parent: string): Promise<string> {
  const folder = join(parent, await stateOf())
  if (existsSync(folder)) return folder
  await mkdir(parent, { recursive: true })
  await chmod(parent, 0o755)
  const draft = await mkdtemp(join(parent, 'draft-'))
  try {
    const options = ['--disable-warning=ExperimentalWarning', prepare, draft]
    await run(process.execPath, options, { env: {}, timeout: patienceMs })
    await chmod(draft, 0o755)
    // Another process may have been faster; its folder is as good.
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
    await removeOthers(parent, folder)
    return folder
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

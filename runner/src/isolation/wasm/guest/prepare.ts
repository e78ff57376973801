/**
 * Writes into a folder what the processes of this tier run on: the engines, and the programs around them as plain
 * JavaScript. Nothing else of the machine has to be in their sight. Called as `prepare.ts FOLDER`.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { basename, dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadPyodide } from 'pyodide'
import { build, type InputOptions, type OutputOptions } from 'rolldown'
import { moduleSources } from '../../../modules.ts'
import { pyodideOptions } from './pyodide-options.ts'

const folder = process.argv[2] ?? ''
const here = import.meta.url
const folderOf = (name: string): string => dirname(findPackageJSON(name, here) ?? '')
const readJson = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), 'utf8'))
const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content)

type Program = Omit<InputOptions, 'input'> & { readonly output: OutputOptions }

/** With what it imports in one file, which is read at once. */
async function writeProgram(source: URL, { output, ...options }: Program): Promise<void> {
  const name = basename(source.pathname, '.ts')
  const file = join(folder, `${name}.${output.format === 'cjs' ? 'cjs' : 'mjs'}`)
  await build({ input: fileURLToPath(source), platform: 'node', ...options, output: { ...output, file } })
}

/**
 * As CommonJS without `import()`, which Node starts sooner: with options for V8 it compiles its loader of modules anew. It is
 * strict, as modules are.
 */
async function writeQuickjs(): Promise<void> {
  await writeProgram(new URL('./quickjs.ts', here), {
    output: { format: 'cjs', strict: true, codeSplitting: false, dynamicImportInCjs: false },
  })
  // Of Node's modules there is none inside.
  const inside: Program = { platform: 'browser', output: { minify: { mangle: false } } }
  await writeProgram(new URL('./quickjs-prelude.ts', here), inside)
  await writeProgram(new URL('./quickjs-inspect.ts', here), inside)
  const { version } = readJson(folderOf('quickjs-emscripten-core'), 'package.json') as {
    readonly version: string
  }
  write('quickjs-version.json', JSON.stringify({ version }))
  const engine = fileURLToPath(import.meta.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'))
  cpSync(engine, join(folder, basename(engine)))
}

/** Needed when scripts run; what the package holds beside is for people. */
const isNeeded = (path: string): boolean =>
  !/\.(map|cts|html|md)$|\.d\.m?ts$|pyodide-lock\.json$/.test(path) &&
  path.split(`${sep}node_modules${sep}`).length <= 2

async function writePyodide(): Promise<void> {
  await writeProgram(new URL('./pyodide.ts', here), { external: ['pyodide'], output: {} })
  const engine = join(folder, 'node_modules', 'pyodide')
  cpSync(folderOf('pyodide'), engine, { recursive: true, dereference: true, filter: isNeeded })
  cpSync(join(moduleSources, 'braid.py'), join(folder, 'braid.py'))
  await writeSnapshot(engine)
}

/** Python after its start, with what runs around scripts: most of a start is saved where it begins from that. */
async function writeSnapshot(engine: string): Promise<void> {
  const { info } = readJson(folderOf('pyodide'), 'pyodide-lock.json') as { readonly info: unknown }
  // None is there to be loaded.
  const lock = JSON.stringify({ info, packages: {} })
  write('python-packages.json', lock)
  const python = await loadPyodide({ ...pyodideOptions(join(engine, '/'), lock), _makeSnapshot: true })
  const main = readFileSync(new URL('./pyodide-main.py', here), 'utf8')
  python.runPython(main, { filename: 'braid/main.py' })
  write('python-snapshot.bin', python.makeMemorySnapshot())
}

mkdirSync(folder, { recursive: true })
await writeQuickjs()
await writePyodide()

/**
 * Writes into a folder what the processes of this tier run on: the engines, and the programs around them as plain
 * JavaScript. Nothing else of the machine has to be in their sight. Called as `prepare.ts FOLDER`.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { findPackageJSON, stripTypeScriptTypes } from 'node:module'
import { basename, dirname, join, sep } from 'node:path'
import { loadPyodide } from 'pyodide'
import { moduleSources } from '../../../modules.ts'
import { pyodideOptions } from './pyodide-options.ts'

const folder = process.argv[2] ?? ''
const here = import.meta.url

/** Needed when scripts run; what packages hold beside is for people. */
const isNeeded = (path: string): boolean =>
  !/\.(map|cts|html|md)$|\.d\.m?ts$|pyodide-lock\.json$/.test(path) &&
  path.split(`${sep}node_modules${sep}`).length <= 2

function copyPackage(name: string): void {
  const from = dirname(findPackageJSON(name, here) ?? '')
  cpSync(from, join(folder, 'node_modules', name), { recursive: true, dereference: true, filter: isNeeded })
}

const programs = [
  new URL('./channel.ts', here),
  new URL('./disarm.ts', here),
  new URL('./memory-limit.ts', here),
  new URL('./file-limit.ts', here),
  new URL('./pyodide.ts', here),
  new URL('./pyodide-options.ts', here),
  new URL('./quickjs.ts', here),
  new URL('./quickjs-prelude.ts', here),
]

function writeProgram(source: URL): void {
  const text = stripTypeScriptTypes(readFileSync(source, 'utf8'))
  const name = basename(source.pathname, '.ts')
  writeFileSync(join(folder, `${name}.mjs`), text.replaceAll(/from '(\.\/[\w-]+)\.ts'/g, "from '$1.mjs'"))
}

/** CommonJS modules as one of the other kind, which is all that QuickJS has. Of Node's there is none. */
function writeInspect(): void {
  const from = dirname(findPackageJSON('object-inspect', here) ?? '')
  const parts = ['index', 'stringWidth', 'stringWidthRanges'].map((name) => {
    const text = readFileSync(join(from, `${name}.js`), 'utf8')
    return `'./${name}': (module, exports) => {\n${text}\n}`
  })
  const text = `const parts = {\n${parts.join(',\n')}\n}
function require(name) {
  const module = { exports: {} }
  parts[name]?.(module, module.exports)
  return module.exports
}
export default require('./index')\n`
  writeFileSync(join(folder, 'inspect.mjs'), text)
}

/** Python after its start, with what runs around scripts: most of a start is saved where it begins from that. */
async function writeSnapshot(): Promise<void> {
  const from = dirname(findPackageJSON('pyodide', here) ?? '')
  const { info } = JSON.parse(readFileSync(join(from, 'pyodide-lock.json'), 'utf8')) as {
    readonly info: unknown
  }
  // None is there to be loaded.
  const lock = JSON.stringify({ info, packages: {} })
  writeFileSync(join(folder, 'python-packages.json'), lock)
  const options = pyodideOptions(join(folder, 'node_modules', 'pyodide', '/'), lock)
  const python = await loadPyodide({ ...options, _makeSnapshot: true })
  const main = readFileSync(new URL('./pyodide-main.py', here), 'utf8')
  python.runPython(main, { filename: 'braid/main.py' })
  writeFileSync(join(folder, 'python-snapshot.bin'), python.makeMemorySnapshot())
}

mkdirSync(folder, { recursive: true })
for (const name of [
  ...['quickjs-emscripten-core', '@jitl/quickjs-ffi-types', '@jitl/quickjs-wasmfile-release-sync'],
  'pyodide',
])
  copyPackage(name)
for (const source of programs) writeProgram(source)
cpSync(join(moduleSources, 'braid.py'), join(folder, 'braid.py'))
writeInspect()
await writeSnapshot()

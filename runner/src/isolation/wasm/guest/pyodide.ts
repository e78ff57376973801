/**
 * The process that runs one script in Pyodide. Before it knows the script, the ways out of Python are taken away as far
 * as that goes: the modules for JavaScript, the host's files and sockets, and all that JavaScript itself could use.
 */
import { constants, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadPyodide } from 'pyodide'
import { end, readRequest, write, writeText } from './channel.ts'
import { disarm } from './disarm.ts'
import { limitFiles } from './file-limit.ts'
import { limitMemory, wasRefused } from './memory-limit.ts'
import { pyodideOptions } from './pyodide-options.ts'

const script = '/tmp/main.py'
const environment = {
  ...{ HOME: '/tmp', LANG: 'C.UTF-8', PATH: '/usr/local/bin:/usr/bin:/bin', TERM: 'xterm-256color' },
  ...{ BRAID_INPUT: '/braid/input.json', BRAID_RESULT: '/braid/result.json' },
}
const outOfMemoryFlag = 256
const nothing = new Uint8Array()
const own = (name: string): Buffer => readFileSync(new URL(name, import.meta.url))
const snapshot = own('./python-snapshot.bin')
const braid = own('./braid.py')

// All that Pyodide asks of it; where files need permission, Node refuses the real one.
Object.assign(process, { binding: () => ({ fs: constants }) })
const python = await loadPyodide({
  ...pyodideOptions(
    fileURLToPath(new URL('./node_modules/pyodide/', import.meta.url)),
    String(own('./python-packages.json')),
  ),
  _loadSnapshot: snapshot,
})
const files = python.FS
const harden = python.globals.get('harden')
const main = python.globals.get('run')
let stdin = nothing
let stdinAt = 0
python.setStdin({
  isatty: false,
  read: (buffer) => {
    const piece = stdin.subarray(stdinAt, stdinAt + buffer.length)
    buffer.set(piece)
    stdinAt += piece.length
    return piece.length
  },
})
for (const [set, descriptor] of [
  [python.setStdout, 1],
  [python.setStderr, 2],
] as const)
  set({
    isatty: false,
    write: (bytes) => {
      write(descriptor, bytes)
      return bytes.length
    },
  })
files.mkdirTree('/braid/modules')
files.writeFile('/braid/modules/braid.py', braid)
harden()
const crypto = process.getBuiltinModule('crypto')
const { randomFillSync } = crypto
disarm()
// Where the engine has its randomness from.
Object.assign(crypto, { randomFillSync })
// Emscripten speaks to them when it ends.
const silent = () => undefined
Object.assign(globalThis, {
  console: { log: silent, info: silent, debug: silent, warn: silent, error: silent, trace: silent },
  process: {},
})
run()

function run(): never {
  const request = readRequest()
  const encoder = new TextEncoder()
  stdin = encoder.encode(request.stdin)
  limitMemory(request.memoryBytes)
  limitFiles(files, request.diskBytes)
  let code: number
  try {
    files.writeFile('/braid/input.json', encoder.encode(request.input))
    for (const [path, text] of Object.entries({ ...request.files, 'main.py': request.source })) {
      files.mkdirTree(`/tmp/${path}`.split('/').slice(0, -1).join('/'))
      files.writeFile(`/tmp/${path}`, encoder.encode(text))
    }
    code = main(script, python.toPy(environment)) as number
  } catch (error) {
    code = codeOf(error)
  }
  const exitCode = code & 255
  return end(request.nonce, exitCode, exitCode !== 0 && (code >= outOfMemoryFlag || wasRefused()), resultOf())
}

/** Of what ended the interpreter itself. */
function codeOf(error: unknown): number {
  const { status } = error as { readonly status?: unknown }
  if (typeof status === 'number') return status & 255
  writeText(2, `${error instanceof Error ? error.message : String(error)}\n`)
  return 1
}

function resultOf(): Uint8Array {
  try {
    return files.readFile('/braid/result.json')
  } catch {
    return nothing
  }
}

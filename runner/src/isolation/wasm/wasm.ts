/**
 * The tier that needs nothing installed: engines in WebAssembly, Pyodide for Python, QuickJS for JavaScript and
 * TypeScript. Each run has a process of its own with an empty environment, that sees no file but its engine's, and is
 * killed at its end. Invariants:
 * M1 a run ends at its deadline, when it is cancelled, or by itself; then nothing of it is left;
 * M2 no run sees another: its process, and with it the engine, is never used again;
 * M3 the tier alone is no boundary against a hostile author, and says so (`warnings`). In a sandbox of the operating
 *    system it is one.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { Limits, OnOutput, Runner, RunRequest, Runtime } from '../../runner.ts'
import { createHostRunner } from '../host-runner.ts'
import { isReachable } from '../sandbox/host.ts'
import { bubblewrapConfinement } from './bubblewrap.ts'
import { type Confinement, plainConfinement, stackOption } from './confinement.ts'
import { prepareEngineFolder } from './engine-folder.ts'
import { runScript } from './run-script.ts'
import { keepProcesses, startProcess } from './waiting-processes.ts'

export type WasmOptions = {
  /** Keeps the engines, made ready at the first start. */
  readonly folder: string
  /** Absent: all. */
  readonly languages?: readonly string[]
  /** So many processes of each language wait for a script; absent: one. Each takes memory: Python 200 MB, others 80. */
  readonly waiting?: number
  /** Around each process bubblewrap where that works. Absent: what every Unix offers. */
  readonly sandbox?: {
    /** Of this server among those on the machine. */
    readonly name: string
    /** The most that a run may ask for. */
    readonly limits: Limits
  }
}

type Engine = Runtime & {
  readonly definition: { readonly greeting: string }
  readonly program: string
  /** Of Node. */
  readonly options: readonly string[]
}

const pyodide = { program: 'pyodide.mjs', options: [] }
/** It takes little of a processor to start, but for the optimizing compiler, which so begins only when it pays. */
const quickjs = { program: 'quickjs.cjs', options: ['--wasm-tiering-budget=2000000000'] }

/** Pyodide's list of packages tells its Python; of QuickJS only the version of its package is known. */
async function enginesIn(folder: string): Promise<readonly Engine[]> {
  const json = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, name), 'utf8'))
  const packages = (await json('python-packages.json')) as { readonly info: { readonly python: string } }
  const { version } = (await json('quickjs-version.json')) as { readonly version: string }
  const versionOf = (fullVersion: string) => ({
    fullVersion,
    version: fullVersion.split('.').slice(0, 2).join('.'),
  })
  const typed = 'const text: string = "hello"; console.log(text)'
  return [
    {
      ...{ language: 'python', ...versionOf(packages.info.python), ...pyodide },
      definition: { greeting: 'print("hello")' },
    },
    {
      ...{ language: 'javascript', ...versionOf(version), ...quickjs },
      definition: { greeting: 'console.log("hello")' },
    },
    { language: 'typescript', ...versionOf(version), ...quickjs, definition: { greeting: typed } },
  ]
}

const argumentsOf =
  ({ language, program, options }: Engine) =>
  (folder: string): readonly string[] => [
    '--permission',
    `--allow-fs-read=${folder}/`,
    '--disallow-code-generation-from-strings',
    '--disable-warning=ExperimentalWarning',
    stackOption,
    ...options,
    join(folder, program),
    language,
  ]

async function confinementFor({ sandbox, folder }: WasmOptions): Promise<Confinement> {
  const isReadable = (await isReachable(process.execPath)) && (await isReachable(join(folder, 'any')))
  if (sandbox === undefined) return plainConfinement(isReadable)
  const made = await bubblewrapConfinement({ ...sandbox, folder: join(folder, 'sandbox') })
  if (made.ok) return made.value
  const plain = plainConfinement(isReadable)
  return { ...plain, warnings: [made.error, ...plain.warnings] }
}

/** `isBoundary`: a sandbox of the operating system is around its processes. */
export type WasmRunner = Runner & Pick<Confinement, 'isBoundary'>

/** Takes seconds the first time, when the engines are made ready. */
export async function createWasmRunner(options: WasmOptions): Promise<Result<WasmRunner, string>> {
  try {
    const folder = await prepareEngineFolder(options.folder)
    const confinement = await confinementFor(options)
    const found = (await enginesIn(folder)).filter(
      ({ language }) => options.languages?.includes(language) ?? true,
    )
    const ready = found.map((engine) => {
      const start = () => startProcess(confinement.confine({ folder, arguments: argumentsOf(engine) }))
      return { ...engine, processes: keepProcesses(options.waiting ?? 1, start) }
    })
    const tier = {
      tier: 'wasm' as const,
      prefix: '',
      warnings: confinement.warnings,
      runOne: (
        { processes }: (typeof ready)[number],
        request: RunRequest,
        _name: string,
        onOutput: OnOutput,
      ) => runScript(processes.take, request, onOutput),
      sweep: async () => {
        await Promise.all(ready.map(({ processes }) => processes.close()))
      },
    }
    return success({ ...(await createHostRunner(tier, ready)), isBoundary: confinement.isBoundary })
  } catch (error) {
    return failure(
      `the engines can't be made ready: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

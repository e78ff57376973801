/**
 * The tier that needs nothing installed: engines in WebAssembly, Pyodide for Python, QuickJS for JavaScript and
 * TypeScript. Each run has a process of its own with an empty environment, that sees no file but its engine's, and is
 * killed at its end. Invariants:
 * M1 a run ends at its deadline, when it is cancelled, or by itself; then nothing of it is left;
 * M2 no run sees another: its process, and with it the engine, is never used again;
 * M3 the tier alone is no boundary against a hostile author, and says so (`warnings`).
 */
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import {
  defaultLimits,
  type OnOutput,
  type Outcome,
  type Runner,
  type RunRequest,
  type Runtime,
} from '../../runner.ts'
import { type Confinement, plainConfinement, stackOption } from './confinement.ts'
import { prepareEngineFolder } from './engine-folder.ts'
import { runScript } from './run-script.ts'
import {
  keepProcesses,
  startProcess,
  type WaitingProcess,
  type WaitingProcesses,
} from './waiting-processes.ts'

export type WasmOptions = {
  /** Keeps the engines, made ready at the first start. */
  readonly folder: string
  /** Absent: all. */
  readonly languages?: readonly string[]
  /** So many processes of each language wait for a script; each takes memory: Python 200 MB, others 80. */
  readonly waiting?: number
  /** Around each process. Absent: what every Unix offers. */
  readonly confinement?: Confinement
}

type Engine = {
  readonly language: string
  readonly program: string
  /** Prints the version. */
  readonly greeting: string
  readonly versionPattern: RegExp
}

const quickjs = { program: 'quickjs.mjs', versionPattern: /^((\d+\.\d+)\.\S+)$/ }

const engines: readonly Engine[] = [
  {
    language: 'python',
    program: 'pyodide.mjs',
    greeting: 'import sys; print(sys.version.split()[0])',
    versionPattern: /^((\d+\.\d+)\.\S+)$/,
  },
  { language: 'javascript', greeting: 'console.log(process.versions.quickjs)', ...quickjs },
  {
    language: 'typescript',
    greeting: 'const version: string = process.versions.quickjs; console.log(version)',
    ...quickjs,
  },
]

const probeMs = 30_000

export async function createWasmRunner(options: WasmOptions): Promise<Result<Runner, string>> {
  try {
    const folder = await prepareEngineFolder(options.folder)
    const confinement = options.confinement ?? plainConfinement(isReachable(folder))
    const warnings = [...confinement.warnings]
    const ready: { readonly runtime: Runtime; readonly processes: WaitingProcesses }[] = []
    for (const engine of engines) {
      if (options.languages?.includes(engine.language) === false) continue
      const start = (): WaitingProcess => startProcess(confinement.confine(programOf(engine, folder)))
      const version = await versionOf(engine, start())
      if (version.ok) {
        const runtime = { language: engine.language, ...version.value }
        ready.push({ runtime, processes: keepProcesses(options.waiting ?? 2, start) })
      } else warnings.push(`${engine.language} is left out: ${version.error}`)
    }
    return success(wasmRunner(ready, warnings))
  } catch (error) {
    return failure(
      `the engines can't be made ready: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

const programOf = ({ language, program }: Engine, folder: string) => ({
  command: process.execPath,
  arguments: [
    '--permission',
    `--allow-fs-read=${folder}/`,
    '--disallow-code-generation-from-strings',
    '--disable-warning=ExperimentalWarning',
    stackOption,
    join(folder, program),
    language,
  ],
  folder,
})

const foldersAbove = (path: string): readonly string[] =>
  path === dirname(path) ? [] : [...foldersAbove(dirname(path)), dirname(path)]

/** By any user of the machine. */
const isReachable = (folder: string): boolean =>
  [process.execPath, join(folder, 'any')]
    .flatMap(foldersAbove)
    .every((path) => (statSync(path).mode & 0o001) !== 0)

async function versionOf(
  engine: Engine,
  process: WaitingProcess,
): Promise<Result<Pick<Runtime, 'version' | 'fullVersion'>, string>> {
  let said = ''
  const request = {
    language: engine.language,
    source: engine.greeting,
    limits: { ...defaultLimits, wallMs: probeMs },
  }
  const outcome = await runScript(process, request, (chunks) => {
    said += chunks.map(({ text }) => text).join('')
  })
  const [, fullVersion, version] = engine.versionPattern.exec(said.trim()) ?? []
  if (
    outcome.kind === 'completed' &&
    outcome.exitCode === 0 &&
    fullVersion !== undefined &&
    version !== undefined
  )
    return success({ version, fullVersion })
  const message = outcome.kind === 'runner-failed' ? `: ${outcome.message}` : ''
  return failure(
    `a first script gave ${outcome.kind}${message}${said === '' ? '' : `: ${said.slice(0, 300)}`}`,
  )
}

function wasmRunner(
  ready: readonly { readonly runtime: Runtime; readonly processes: WaitingProcesses }[],
  warnings: readonly string[],
): Runner {
  const running = new Set<Promise<Outcome>>()
  const stopped = new AbortController()
  return {
    tier: 'wasm',
    runtimes: ready.map(({ runtime }) => runtime),
    warnings,
    run: async (request: RunRequest, onOutput: OnOutput) => {
      const usage = { wallMs: 0, outputBytes: 0 }
      const { language, version } = request
      const found = ready.find(
        ({ runtime }) =>
          runtime.language === language && (version === undefined || version === runtime.version),
      )
      if (found === undefined)
        return {
          kind: 'runner-failed',
          message: `there is no runtime for ${language} ${version ?? ''}`.trim(),
          usage,
        }
      const signal = AbortSignal.any([
        stopped.signal,
        ...(request.signal === undefined ? [] : [request.signal]),
      ])
      if (signal.aborted) return { kind: 'cancelled', usage }
      const one = runScript(found.processes.take(), { ...request, signal }, onOutput)
      running.add(one)
      try {
        return await one
      } finally {
        running.delete(one)
      }
    },
    close: async () => {
      stopped.abort()
      await Promise.allSettled(running)
      await Promise.all(ready.map(({ processes }) => processes.close()))
    },
  }
}

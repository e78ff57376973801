/**
 * The process that runs one script in QuickJS: JavaScript, or TypeScript when its first argument says so. The script's
 * objects live in the memory of WebAssembly; what crosses are texts and numbers.
 */
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core'
import { end, readRequest, writeText } from './channel.ts'
import { disarm } from './disarm.ts'
import { limitMemory, wasRefused } from './memory-limit.ts'

type Engine = {
  readonly runtime: QuickJSRuntime
  readonly context: QuickJSContext
  /** What the prelude and this program know of each other. */
  readonly host: QuickJSHandle
}

/** Past it, recursion is an error of the script. The engine has 1 MB, Node's own stack needs many times as much. */
const stackBytes = 256 * 1024
const mostMemoryBytes = 2 ** 31 - 1
/** The server ends a run at its deadline. Should it not, the script is stopped a little later. */
const graceMs = 1_000
/** As Node has it: the script waits for what can't come. */
const unsettledCode = 13

const strip = stripTypeScriptTypes
const isTypeScript = process.argv[2] === 'typescript'
const mainFile = isTypeScript ? 'main.mts' : 'main.mjs'
const now = performance.now.bind(performance)
const encoder = new TextEncoder()
const ownFile = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8')

const { version } = JSON.parse(ownFile('quickjs-version.json')) as { readonly version: string }
const inspector = ownFile('quickjs-inspect.mjs')
const modules: Readonly<Record<string, string>> = {
  'braid:start': ownFile('quickjs-prelude.mjs'),
  'braid:inspect': inspector,
  braid: `const { input, result } = globalThis[Symbol.for('braid')]
export { input, result }
export default { input, result }`,
}
let isStarted = false
let files: Readonly<Record<string, string>> = {}

/** What the run gives so far, and what tells of its end; set once the request has come. */
let result = new Uint8Array()
let nonce = ''
let begin = 0
let deadlineMs = Number.POSITIVE_INFINITY

const elapsed = (): number => now() - begin
const finish = (exitCode: number, outOfMemory = false): never =>
  end(nonce, exitCode, outOfMemory && exitCode !== 0, result)

newQuickJSWASMModuleFromVariant(import('@jitl/quickjs-wasmfile-release-sync')).then(serve)

function serve(quickjs: QuickJSWASMModule): never {
  const engine = newEngine(quickjs)
  const { context } = engine
  context.unwrapResult(context.evalCode(`import 'braid:start'`, 'start', { type: 'module' })).dispose()
  isStarted = true
  // The first use of the stripper loads it.
  if (isTypeScript) strip('let warm: number')
  disarm()
  return run(engine)
}

function newEngine(quickjs: QuickJSWASMModule): Engine {
  const runtime = quickjs.newRuntime()
  runtime.setMaxStackSize(stackBytes)
  runtime.setInterruptHandler(() => elapsed() > deadlineMs)
  runtime.setModuleLoader(
    (path) => {
      try {
        return sourceOf(path)
      } catch (error) {
        return { error: error instanceof Error ? error : new Error(String(error)) }
      }
    },
    (base, requested) => normalize(base, requested),
  )
  const context = runtime.newContext()
  return { runtime, context, host: newHost(context) }
}

/** A path inside, or a name as it is; relative to the importing file. */
function normalize(base: string, requested: string): string {
  if (isStarted && requested !== 'braid' && Object.hasOwn(modules, requested)) return `unknown ${requested}`
  if (!/^\.{0,2}\//.test(requested)) return requested
  const path = requested.startsWith('/') ? [] : base.split('/').slice(0, -1)
  for (const part of requested.split('/')) {
    if (part === '..') path.pop()
    else if (part !== '.' && part !== '') path.push(part)
  }
  return path.join('/')
}

function sourceOf(path: string): string {
  const own = Object.hasOwn(modules, path) ? modules[path] : undefined
  if (own !== undefined) return own
  const text = Object.hasOwn(files, path) ? files[path] : undefined
  if (text !== undefined && !/\.m?ts$/.test(path)) return text
  if (text !== undefined && isTypeScript) return strip(text)
  if (text !== undefined) throw new Error(`${path}: only scripts in TypeScript import TypeScript`)
  throw new Error(`there is no module ${path}: scripts here import braid and the files that they were given`)
}

/** The functions that lead out of the engine. */
function newHost(context: QuickJSContext): QuickJSHandle {
  const made = context.newObject()
  const offer = (name: string, call: (...values: QuickJSHandle[]) => QuickJSHandle | undefined): void =>
    context.newFunction(name, call).consume((handle) => context.setProp(made, name, handle))
  offer('write', (descriptor, text) => {
    const to = context.getNumber(descriptor as QuickJSHandle) === 2 ? 2 : 1
    writeText(to, context.getString(text as QuickJSHandle))
    return undefined
  })
  offer('exit', (code) => finish(context.getNumber(code as QuickJSHandle) & 255))
  offer('now', () => context.newNumber(elapsed()))
  offer('result', (text) => {
    result = encoder.encode(context.getString(text as QuickJSHandle))
    return undefined
  })
  offer('inspector', () =>
    context
      .unwrapResult(context.evalCode(inspector, 'braid:inspect', { type: 'module' }))
      .consume((module) => context.getProp(module, 'default')),
  )
  context.newString(version).consume((handle) => context.setProp(made, 'version', handle))
  context.setProp(context.global, 'host', made)
  return made
}

function run(engine: Engine): never {
  const { runtime, context, host } = engine
  const request = readRequest()
  nonce = request.nonce
  begin = now()
  deadlineMs = request.wallMs + graceMs
  files = request.files
  try {
    limitMemory(request.memoryBytes)
    runtime.setMemoryLimit(Math.min(request.memoryBytes, mostMemoryBytes))
    for (const name of ['stdin', 'input'] as const)
      context.newString(request[name]).consume((handle) => context.setProp(host, name, handle))
    return runScript(engine, stripped(request.source))
  } catch (error) {
    // The engine itself gave up: for want of memory, or by a defect of its own.
    writeText(2, `${error instanceof Error ? error.message : String(error)}\n`)
    return finish(1, wasRefused())
  }
}

function stripped(source: string): string {
  if (!isTypeScript) return source
  try {
    return strip(source)
  } catch (error) {
    writeText(2, `${mainFile}: SyntaxError: ${error instanceof Error ? error.message : String(error)}\n`)
    return finish(1)
  }
}

function call({ context, host }: Engine, name: string, ...values: QuickJSHandle[]) {
  return context
    .getProp(host, name)
    .consume((handle) => context.callFunction(handle, context.undefined, ...values))
}

function fail(engine: Engine, error: QuickJSHandle): never {
  const { context } = engine
  const told = call(engine, 'isOutOfMemory', error)
  // Without memory for the error itself, null is thrown.
  const isNull = context.sameValue(error, context.null)
  const lacksMemory =
    told.error !== undefined || context.dump(told.value) === true || (isNull && wasRefused())
  const described = call(engine, 'describe', error)
  const text = described.error === undefined && !isNull ? context.getString(described.value) : undefined
  writeText(2, `${text ?? (lacksMemory ? 'InternalError: out of memory' : 'Uncaught null')}\n`)
  return finish(1, lacksMemory)
}

/** The module, its promises and its timers, to the end. */
function runScript(engine: Engine, source: string): never {
  const { runtime, context } = engine
  const main = context.evalCode(source, mainFile, { type: 'module' })
  if (main.error !== undefined) return fail(engine, main.error)
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (;;) {
    const jobs = runtime.executePendingJobs()
    if (jobs.error !== undefined) fail(engine, jobs.error)
    const state = context.getPromiseState(main.value)
    if (state.type === 'rejected') fail(engine, state.error)
    const untilTimer = call(engine, 'untilTimer')
    if (untilTimer.error !== undefined) return fail(engine, untilTimer.error)
    const waitMs = untilTimer.value.consume((handle) => context.getNumber(handle))
    if (waitMs < 0) finish(exitCodeOf(context, state.type === 'pending'))
    if (waitMs > 0) Atomics.wait(pause, 0, 0, Math.min(waitMs, deadlineMs))
    if (elapsed() > deadlineMs) finish(1)
    const ran = call(engine, 'runTimers')
    if (ran.error !== undefined) return fail(engine, ran.error)
    ran.value.dispose()
    if (state.type === 'fulfilled' && state.notAPromise !== true) state.value.dispose()
  }
}

function exitCodeOf(context: QuickJSContext, isPending: boolean): number {
  if (isPending) {
    writeText(2, 'Warning: Detected unsettled top-level await\n')
    return unsettledCode
  }
  const told = context.evalCode('Number(globalThis.process?.exitCode ?? 0)')
  return told.error === undefined ? context.getNumber(told.value) & 255 : 1
}

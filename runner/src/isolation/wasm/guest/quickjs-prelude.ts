/**
 * Runs inside QuickJS before the script and gives it what it expects around the language: a console, timers, the little of
 * `process` that makes sense here. `host` are the only functions that lead out.
 */
import type Inspect from 'object-inspect'

type Host = {
  readonly write: (descriptor: number, text: string) => void
  readonly exit: (code: number) => void
  /** Milliseconds since the start. */
  readonly now: () => number
  readonly result: (text: string) => void
  readonly inspector: () => typeof Inspect
  readonly version: string
  /** Known once the run begins. */
  readonly stdin?: string
  /** JSON. */
  readonly input?: string
  /** What the host calls in turn. */
  describe?: (error: unknown) => string
  isOutOfMemory?: (error: unknown) => boolean
  /** Milliseconds till the next timer; negative when there is none. */
  untilTimer?: () => number
  runTimers?: () => void
}

const scope = globalThis as Record<string, unknown>
const host = scope.host as Host
const { write, exit, now } = host

/** Of a trace; what recursed too deep has thousands. */
const shownFrames = 20

/** Read when there is something to show: that takes as long as reading all else here. */
let inspect: typeof Inspect | undefined

function show(value: unknown): string {
  if (value instanceof Error) return describe(value)
  try {
    inspect ??= host.inspector()
    return inspect(value, { depth: 4, customInspect: false })
  } catch {
    return `[${typeof value} that can't be shown]`
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `Uncaught ${show(error)}`
  const stack = String(error.stack ?? '')
    .trimEnd()
    .split('\n')
    .slice(0, shownFrames)
    .join('\n')
  const cause = error.cause === undefined ? '' : `\n  [cause]: ${show(error.cause)}`
  return `${error.name}: ${error.message}${stack === '' ? '' : `\n${stack}`}${cause}`
}

const patterns: Readonly<Record<string, (value: unknown) => string>> = {
  s: (value) => (typeof value === 'object' ? show(value) : String(value)),
  d: (value) => String(Number(value)),
  i: (value) => String(Number.parseInt(String(value), 10)),
  f: (value) => String(Number.parseFloat(String(value))),
  j: (value) => String(JSON.stringify(value)),
  o: show,
  O: show,
  c: () => '',
}

/** As the Console Standard has it (https://console.spec.whatwg.org/#formatter). */
function format(values: readonly unknown[]): string {
  const rest = [...values]
  const texts: string[] = []
  if (typeof rest[0] === 'string' && rest.length > 1) {
    const text = rest.shift() as string
    texts.push(
      text.replace(/%([sdifjoOc%])/g, (whole, kind: string) => {
        if (kind === '%') return '%'
        return rest.length === 0 ? whole : (patterns[kind]?.(rest.shift()) ?? whole)
      }),
    )
  }
  return [...texts, ...rest.map((value) => (typeof value === 'string' ? value : show(value)))].join(' ')
}

let indent = ''
const say =
  (descriptor: number) =>
  (...values: unknown[]): void =>
    write(descriptor, `${indent}${format(values).replaceAll('\n', `\n${indent}`)}\n`)
const out = say(1)
const err = say(2)
const counts = new Map<string, number>()
const starts = new Map<string, number>()

scope.console = {
  ...{ log: out, info: out, debug: out, dir: (value: unknown) => out(value), table: out },
  ...{ error: err, warn: err },
  trace: (...values: unknown[]) => err(`Trace: ${format(values)}\n${new Error().stack}`),
  assert: (holds: unknown, ...values: unknown[]) => {
    if (!holds) err('Assertion failed', ...values)
  },
  count: (label = 'default') => {
    counts.set(label, (counts.get(label) ?? 0) + 1)
    out(`${label}: ${counts.get(label)}`)
  },
  time: (label = 'default') => starts.set(label, now()),
  timeEnd: (label = 'default') => out(`${label}: ${(now() - (starts.get(label) ?? now())).toFixed(3)}ms`),
  group: (...values: unknown[]) => {
    if (values.length > 0) out(...values)
    indent += '  '
  },
  groupEnd: () => {
    indent = indent.slice(2)
  },
}

type Timer = { readonly run: () => void; dueMs: number; readonly everyMs: number | undefined }
const timers = new Map<number, Timer>()
let lastTimer = 0

function startTimer(run: unknown, ms: unknown, repeats: boolean, values: readonly unknown[]): number {
  if (typeof run !== 'function') throw new TypeError('expected a function to call')
  const wait = Math.max(1, Number(ms) || 0)
  lastTimer += 1
  timers.set(lastTimer, {
    run: () => run(...values),
    dueMs: now() + wait,
    everyMs: repeats ? wait : undefined,
  })
  return lastTimer
}

const stopTimer = (id: number): void => {
  timers.delete(id)
}

const untilTimer = (): number => {
  let next = Number.POSITIVE_INFINITY
  for (const { dueMs } of timers.values()) next = Math.min(next, dueMs)
  return next === Number.POSITIVE_INFINITY ? -1 : Math.max(0, next - now())
}

function runTimers(): void {
  const at = now()
  const due = [...timers].filter(([, { dueMs }]) => dueMs <= at).sort(([, a], [, b]) => a.dueMs - b.dueMs)
  for (const [id, timer] of due.slice(0, 1)) {
    if (timer.everyMs === undefined) timers.delete(id)
    else timer.dueMs = now() + timer.everyMs
    timer.run()
  }
}

function failWith(error: unknown): void {
  write(2, `${describe(error)}\n`)
  exit(1)
}

Object.assign(scope, {
  setTimeout: (run: unknown, ms?: unknown, ...values: unknown[]) => startTimer(run, ms, false, values),
  setInterval: (run: unknown, ms?: unknown, ...values: unknown[]) => startTimer(run, ms, true, values),
  setImmediate: (run: unknown, ...values: unknown[]) => startTimer(run, 0, false, values),
  clearTimeout: stopTimer,
  clearInterval: stopTimer,
  clearImmediate: stopTimer,
  queueMicrotask: (run: () => void) => {
    Promise.resolve().then(run).catch(failWith)
  },
  performance: { now },
})

const output = (descriptor: number) => ({
  write: (text: unknown) => {
    write(descriptor, String(text))
    return true
  },
})

const standardInput = {
  setEncoding: () => standardInput,
  /** `data` with all of it, then `end`. */
  on: (event: string, heard: (text?: string) => void) => {
    if (event === 'data' && host.stdin !== '') startTimer(heard, 0, false, [host.stdin])
    if (event === 'end') startTimer(heard, 1, false, [])
    return standardInput
  },
  [Symbol.asyncIterator]: async function* () {
    if (host.stdin !== '') yield host.stdin
  },
}

scope.process = {
  argv: ['quickjs', 'main.mjs'],
  env: {},
  versions: { quickjs: host.version },
  exitCode: undefined,
  exit: (code?: unknown) =>
    exit(Number(code ?? (scope.process as { readonly exitCode?: unknown }).exitCode ?? 0)),
  stdout: output(1),
  stderr: output(2),
  stdin: standardInput,
}

const result = (value: unknown): void => {
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`expected a result that JSON can carry, got ${typeof value}`)
  host.result(text)
}

Object.defineProperty(scope, Symbol.for('braid'), {
  get: () => ({ input: JSON.parse(host.input ?? '{}'), result }),
})

Object.assign(host, {
  describe,
  isOutOfMemory: (error: unknown) => String(error) === 'InternalError: out of memory',
  untilTimer,
  runTimers,
})
Reflect.deleteProperty(scope, 'host')

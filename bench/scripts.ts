/**
 * `npm run scripts`: scripts in the sandbox beside bare bubblewrap with the same interpreter, in the same run, one after
 * another; the same in WebAssembly; how many run at a time; what thousands of them leave behind; a million lines of
 * output. Needs bubblewrap and root or delegated control groups. Writes its part of `docs/performance-scripts.md`.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createSandboxRunner } from '../runner/src/isolation/sandbox/sandbox.ts'
import { createWasmRunner } from '../runner/src/isolation/wasm/wasm.ts'
import { defaultLimits, type OutputChunk } from '../runner/src/runner.ts'
import { writeReport } from './scripts-report.ts'
import { machine } from './systems.ts'

const latencyRuns = Number(process.env.BENCH_RUNS ?? 60)
const throughputRuns = 300
const wasmRuns = 30
/** What a process keeps of memory for itself grows for a while, so it takes more than the first to see that it stops. */
const leakRuns = [2_000, 4_000, 4_000]
const lines = 1_000_000

const folder = mkdtempSync(join(tmpdir(), 'braid-bench-'))
const made = await createSandboxRunner({ folder, name: 'bench', languages: ['python', 'javascript'] })
if (!made.ok) throw new Error(made.error)
const runner = made.value

const hello = { python: 'print("hi")', javascript: 'console.log("hi")' } as const
type Language = keyof typeof hello

async function run(language: Language, source: string, on = runner) {
  const begin = performance.now()
  let firstMs = Number.NaN
  const outcome = await on.run({ language, source, limits: { ...defaultLimits, wallMs: 300_000 } }, () => {
    if (Number.isNaN(firstMs)) firstMs = performance.now() - begin
  })
  if (outcome.kind !== 'completed' || outcome.exitCode !== 0) throw new Error(JSON.stringify(outcome))
  return firstMs
}

/** The least that isolates anything: all namespaces, the host's files read-only. */
function runBare(language: Language): Promise<number> {
  const interpreter =
    language === 'python'
      ? ['/usr/bin/python3', '-u', '-s', '-B', '-c']
      : [process.execPath, '--max-semi-space-size=1', '-e']
  const isolation = ['--unshare-all', '--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--']
  const begin = performance.now()
  return new Promise((resolve, reject) => {
    let firstMs = Number.NaN
    const child = spawn('bwrap', [...isolation, ...interpreter, hello[language]], {
      env: {},
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child.stdout.once('data', () => {
      firstMs = performance.now() - begin
    })
    child.on('error', reject)
    child.on('close', () => resolve(firstMs))
  })
}

const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? Number.NaN

const ms = (values: readonly number[], part: number): string => `${quantile(values, part).toFixed(1)} ms`

async function latency(language: Language): Promise<string> {
  const bare: number[] = []
  const ours: number[] = []
  for (let n = -5; n < latencyRuns; n++) {
    const [one, other] = [await runBare(language), await run(language, hello[language])]
    if (n < 0) continue
    bare.push(one)
    ours.push(other)
  }
  return `| ${[language, ms(ours, 0.5), ms(ours, 0.95), ms(bare, 0.5), ms(bare, 0.95)].join(' | ')} |`
}

/** For a process to wait again. */
const refillMs = 1_000

/** With a process that waits for each run, and with none. */
async function wasmLatency(): Promise<readonly string[]> {
  const rows: string[] = []
  for (const waiting of [1, 0]) {
    const engines = await createWasmRunner({
      folder: join(folder, 'wasm'),
      languages: ['python', 'javascript'],
      waiting,
      sandbox: { name: 'bench', limits: defaultLimits },
    })
    if (!engines.ok) throw new Error(engines.error)
    for (const language of ['python', 'javascript'] as const) {
      const taken: number[] = []
      for (let n = -2; n < wasmRuns; n++) {
        if (waiting > 0) await pause(refillMs)
        const firstMs = await run(language, hello[language], engines.value)
        if (n >= 0) taken.push(firstMs)
      }
      const process = waiting > 0 ? 'waits' : 'is started'
      rows.push(`| ${[language, process, ms(taken, 0.5), ms(taken, 0.95)].join(' | ')} |`)
    }
    await engines.value.close()
  }
  return rows
}

async function throughput(atATime: number): Promise<string> {
  let left = throughputRuns
  const begin = performance.now()
  const work = async (): Promise<void> => {
    while (left-- > 0) await run('python', hello.python)
  }
  await Promise.all(Array.from({ length: atATime }, work))
  const perSecond = throughputRuns / ((performance.now() - begin) / 1_000)
  return `| ${atATime} at a time | ${perSecond.toFixed(1)} runs/s |`
}

const readable = (path: string): readonly string[] => {
  try {
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
  } catch {
    return []
  }
}

/** What a run could leave behind. */
function counts() {
  globalThis.gc?.()
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes('/braid-bench-')
      } catch {
        return false
      }
    })
  return {
    'processes in sandboxes': processes.length,
    'control groups': readable('/sys/fs/cgroup').filter((path) => /braid-bench-[^/]*$/.test(path)).length,
    // Pipes that wait for a run are made ahead.
    'files in the folder': readable(folder).filter((path) => !path.startsWith('pipes/')).length,
    'open descriptors': readdirSync('/proc/self/fd').length,
    "memory of the server's process, MiB": Math.round(process.memoryUsage().rss / 1024 / 1024),
    'of that in use by JavaScript, MiB': Math.round(process.memoryUsage().heapUsed / 1024 / 1024),
  }
}

async function leaks(): Promise<readonly string[]> {
  for (let n = 0; n < 100; n++) await run('python', hello.python)
  const counted = [counts()]
  for (const runs of leakRuns) {
    let left = runs
    const work = async (): Promise<void> => {
      while (left-- > 0) await run('python', hello.python)
    }
    await Promise.all([work(), work()])
    counted.push(counts())
  }
  const names = Object.keys(counts()) as (keyof ReturnType<typeof counts>)[]
  return names.map((name) => `| ${[name, ...counted.map((count) => count[name])].join(' | ')} |`)
}

async function output(outputBytes: number): Promise<string> {
  const source = `import sys\nfor n in range(${lines}): sys.stdout.write(f"line {n}\\n")`
  let seen = 0
  let omitted = 0
  const rss = (): number => process.memoryUsage().rss / 1024 / 1024
  globalThis.gc?.()
  const [before, begin] = [rss(), performance.now()]
  let most = before
  const count = (chunks: readonly OutputChunk[]): void => {
    for (const { text, omittedBytes = 0 } of chunks) {
      seen += text.split('\n').length - 1
      omitted += omittedBytes
    }
    most = Math.max(most, rss())
  }
  const limits = { ...defaultLimits, outputBytes, wallMs: 300_000 }
  const outcome = await runner.run({ language: 'python', source, limits }, count)
  if (outcome.kind !== 'completed') throw new Error(JSON.stringify(outcome))
  const cells = [
    `${outputBytes / 1024 / 1024} MiB`,
    seen.toLocaleString('en'),
    `${omitted.toLocaleString('en')} bytes`,
    `${((performance.now() - begin) / 1_000).toFixed(1)} s`,
    `${before.toFixed(0)} → at most ${most.toFixed(0)} MiB`,
  ]
  return `| ${cells.join(' | ')} |`
}

async function report(): Promise<string> {
  const load = (): string => loadavg()[0]?.toFixed(1) ?? '?'
  const loadBefore = load()
  const latencies = [await latency('python'), await latency('javascript')]
  const engines = await wasmLatency()
  const throughputs = [await throughput(1), await throughput(2), await throughput(4)]
  const outputs = [await output(10 * 1024 * 1024), await output(64 * 1024 * 1024)]
  const left = await leaks()
  return `# Performance of scripts

Measured by \`npm run scripts\` in \`bench/\` on one machine: ${machine()}. Load of the machine by everything, the bench
included: ${loadBefore} before, ${load()} after. Every run is a sandbox of its own: namespaces, filter, control group.

## From the call to the first output of one line

Beside bare bubblewrap with the same interpreter, one after another, ${latencyRuns} times.

| language | p50 | p95 | bare p50 | bare p95 |
|---|---|---|---|---|
${latencies.join('\n')}

## The same in WebAssembly

Pyodide and QuickJS, each run in a process of its own within bubblewrap, ${wasmRuns} times: one that has loaded its engine
and waits, or one that is started for the run.

| language | process | p50 | p95 |
|---|---|---|---|
${engines.join('\n')}

## Runs of Python that print one line

| | |
|---|---|
${throughputs.join('\n')}

## Runs in a row

| | before | ${leakRuns.map((runs, n) => `after ${runs.toLocaleString('en')}${n === 0 ? '' : ' more'}`).join(' | ')} |
|---|${'---|'.repeat(leakRuns.length + 1)}
${left.join('\n')}

## ${lines.toLocaleString('en')} lines of output

| limit | lines that arrived | marked as left out | time | memory of the server's process |
|---|---|---|---|---|
${outputs.join('\n')}
`
}

try {
  const text = await report()
  console.log(text)
  await writeReport('scripts', text)
} finally {
  await runner.close()
  rmSync(folder, { recursive: true, force: true })
}

/** Braid as its users run it: a process of its own, which can be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Client, createClient } from '@braid/contract/client.ts'

const mainFile = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))

export const apiKey = 'braid_chaos-test-administrator'

export type BraidOptions = {
  readonly port: number
  /** Settings beside the port and the key, such as `BRAID_DATA_DIR`. */
  readonly settings: Readonly<Record<string, string>>
  /** Arguments of Node before the script. */
  readonly nodeArguments?: readonly string[]
  /** A command that ends in executing the arguments that follow it. */
  readonly within?: readonly string[]
}

export type BraidProcess = {
  readonly url: string
  readonly pid: number
  /** From spawning until it answered. */
  readonly startMs: number
  /** What it printed so far. */
  output(): string
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>
}

const patienceMs = 40_000
const pollMs = 10

/** Resolves when the node answers as ready. Throws what it printed when it ends before that. */
export async function startBraid({
  port,
  settings,
  nodeArguments = [],
  within = [],
}: BraidOptions): Promise<BraidProcess> {
  const begun = performance.now()
  const [command = '', ...parameters] = [...within, process.execPath, ...nodeArguments, mainFile]
  const child = spawn(command, parameters, {
    // A developer's own `.env` lies elsewhere.
    cwd: tmpdir(),
    // Trying out what confines scripts takes a while, and most tests run none.
    env: environment({
      BRAID_SCRIPT_ISOLATION: 'none',
      ...settings,
      BRAID_PORT: String(port),
      BRAID_ADMIN_API_KEY: apiKey,
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (chunk: string): void => {
    output += chunk
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  const url = `http://127.0.0.1:${port}`
  while (!(await isReady(url))) {
    if (hasEnded(child)) throw new Error(`Braid ended with ${child.exitCode}:\n${output}`)
    if (performance.now() - begun > patienceMs) {
      child.kill('SIGKILL')
      throw new Error(`Braid was not ready after ${patienceMs} ms:\n${output}`)
    }
    await sleep(pollMs)
  }
  return {
    url,
    pid: child.pid ?? 0,
    startMs: performance.now() - begun,
    output: () => output,
    kill: () => end(child, 'SIGKILL').then(() => undefined),
    stop: () => end(child, 'SIGTERM'),
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (hasEnded(child)) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => {
    child.once('exit', resolve)
    child.kill(signal)
  })
}

/** The settings of the test run itself are not those of the server. */
export function environment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(BRAID_|RUN_MODE$|NODE_|VITEST)/.test(name),
  )
  return { ...Object.fromEntries(inherited), ...settings }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) })
    return response.status === 204
  } catch {
    return false
  }
}

/** A TCP port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = address === null || typeof address === 'string' ? 0 : address.port
      server.close(() => resolve(port))
    })
  })
}

/** Calls that a killed server leaves open end after this. */
const callPatienceMs = 15_000

export const clientOf = (url: string): Client =>
  createClient({
    baseUrl: `${url}/api/v1`,
    apiKey,
    fetch: (input, init) => {
      const patience = AbortSignal.timeout(callPatienceMs)
      const signal = init?.signal ? AbortSignal.any([init.signal, patience]) : patience
      return fetch(input, { ...init, signal })
    },
  })

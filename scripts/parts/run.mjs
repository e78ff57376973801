/** Running other programs. */
import { spawn } from 'node:child_process'
import { platform } from 'node:process'
import { root } from './paths.mjs'

/** Runs a program with our input and output, in the root unless told otherwise; resolves to its exit code. */
export function runVisibly(program, args, environment = process.env, cwd = root) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: 'inherit', env: environment })
    const release = forwardSignals(child)
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      release()
      resolve(code ?? signalExitCode(signal))
    })
  })
}

/** Runs a program and keeps its output for the case that it fails. */
export function runQuietly(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    // npm is a command script on Windows, which only a shell starts.
    const shell = platform === 'win32' && !program.endsWith('.exe')
    const child = spawn(program, args, { cwd: root, shell, stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let output = ''
    const keep = (chunk) => {
      output += chunk
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    child.once('error', reject)
    child.once('close', (code) => resolve({ exitCode: code ?? 1, output }))
  })
}

/**
 * A terminal sends Ctrl-C to everything it runs, so passing it on would deliver it twice, and a second one means
 * "now". Other signals, and an interrupt without a terminal, reach this process alone.
 */
function forwardSignals(child) {
  const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    const handler = () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    process.on(signal, handler)
    return { signal, handler }
  })
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler)
  }
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

const signalExitCode = (signal) => 128 + (signalNumbers[signal] ?? 0)

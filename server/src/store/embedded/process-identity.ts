/**
 * Which process is meant by a pid that was written down: pids are used again, so the time the process started is
 * kept beside it. A zombie counts as dead.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { platform } from 'node:process'

export type ProcessIdentity = {
  readonly pid: number
  /** Opaque; equal for the same process only. Empty where the system doesn't tell. */
  readonly started: string
}

/** Undefined when no such process lives. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  if (platform === 'linux') return linuxIdentity(pid)
  if (!answersSignals(pid)) return undefined
  if (platform === 'win32') return { pid, started: '' }
  return { pid, started: askPs(pid, 'lstart') ?? '' }
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.started === identity.started
}

/** The command line of a living process, its arguments joined by spaces; undefined when unknown. */
export function commandLineOf(pid: number): string | undefined {
  if (platform === 'linux') return readText(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ')
  return platform === 'win32' ? undefined : askPs(pid, 'command')
}

/** Reads the identity that `JSON.stringify` wrote; undefined for anything else. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value))
      return undefined
    const { pid, started } = value
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined
    return typeof started === 'string' ? { pid, started } : undefined
  } catch {
    return undefined
  }
}

function linuxIdentity(pid: number): ProcessIdentity | undefined {
  const stat = readText(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The second field is the name in parentheses and may hold anything, so count from its end: state is the first
  // field after it, the start time in clock ticks since boot the twentieth.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined
  const boot = readText('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
  return { pid, started: `${boot}:${fields[19] ?? ''}` }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function askPs(pid: number, column: 'lstart' | 'command'): string | undefined {
  try {
    const output = execFileSync('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' })
    return output.trim() || undefined
  } catch {
    return undefined
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

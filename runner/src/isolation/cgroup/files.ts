/**
 * The files of control groups. They are the kernel's: small, in memory, never blocking, so they are read and written at
 * once.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Nothing where it can't be read. */
export const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

export const number = (text: string): number | undefined =>
  /^\d+$/.test(text.trim()) ? Number(text) : undefined
/** A line `name value`. */
export const field = (text: string, name: string): number | undefined =>
  number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? '')

/** Processes of a group. */
export const listed = (folder: string): readonly number[] =>
  read(join(folder, 'cgroup.procs'))
    .split('\n')
    .filter((line) => line !== '')
    .map(Number)

/** Names of the groups below one that begin so. */
export const below = (folder: string, prefix: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(prefix)) : []

export type Setting = readonly [file: string, value: number | string]

export function make(folder: string, settings: readonly Setting[]): void {
  mkdirSync(folder)
  for (const [file, value] of settings) writeFileSync(join(folder, file), String(value))
}

/** Of a group that may be gone. */
export function change(folder: string, settings: readonly Setting[]): void {
  for (const [file, value] of settings) {
    try {
      writeFileSync(join(folder, file), String(value))
    } catch (error) {
      if (existsSync(folder)) throw error
    }
  }
}

/** Where several may change the same, and whatever comes of it is put right by the next change. */
export function tryToChange(folder: string, settings: readonly Setting[]): void {
  try {
    change(folder, settings)
  } catch {
    // Refused, for somebody was quicker.
  }
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

export const killEach = (folder: string): void => {
  for (const pid of listed(folder)) kill(pid)
}

/** Also waits for the kernel, which lets go of a group a little after its last process. */
const patienceMs = 5_000
const pauseMs = 2

/** Removes groups once they are empty. Throws when the kernel does not let go of one. */
export async function empty(folders: readonly string[], killAll: () => void): Promise<void> {
  for (let waited = 0; waited < patienceMs; waited += pauseMs) {
    killAll()
    const left = folders.filter((folder) => {
      try {
        rmdirSync(folder)
        return false
      } catch (error) {
        return !(error instanceof Error && 'code' in error && error.code === 'ENOENT')
      }
    })
    if (left.length === 0) return
    await pause(pauseMs)
  }
  throw new Error(`a control group keeps its processes: ${folders.join(', ')}`)
}

/**
 * Processes that have an engine and no script yet. Invariants:
 * W1 a process is given to one run only, and ends with it;
 * W2 as many wait as were asked for; who comes when none does starts one.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import { withoutReadAhead } from '../../read-ahead.ts'
import type { Confined } from './confinement.ts'
import { endDescriptor } from './guest/channel.ts'

export type WaitingProcess = {
  readonly child: ChildProcess
  readonly confined: Confined
  /** The channel on which it tells its end. */
  readonly told: Readable
  /** Its engine is loaded, or it has ended. */
  readonly ready: Promise<unknown>
  /** Its exit code, or 128 and the number of the signal that ended it. Rejects when it could not be started. */
  readonly ended: Promise<number>
}

export type WaitingProcesses = {
  take(): WaitingProcess
  /** Ends those that wait. */
  close(): Promise<void>
}

export function startProcess(confined: Confined): WaitingProcess {
  const nothing = openSync('/dev/null', 'r+')
  const { filter = nothing } = confined
  const stdio: ('pipe' | 'ignore' | number)[] = ['pipe', 'pipe', 'pipe', filter, nothing, 'pipe']
  for (const descriptor of confined.inherited.filter((each) => each > endDescriptor)) {
    while (stdio.length <= descriptor) stdio.push('ignore')
    // What is ignored it would get as it is.
    stdio[descriptor] = nothing
  }
  const options = { env: confined.environment, cwd: '/', stdio }
  const child = withoutReadAhead(() => spawn(confined.command, [...confined.arguments], options))
  for (const descriptor of new Set([nothing, filter])) closeSync(descriptor)
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    )
  })
  // Who runs a script on it hears of it; while it waits nobody does.
  ended.catch(() => undefined)
  const told = (child.stdio as readonly unknown[])[endDescriptor] as Readable
  for (const stream of [child.stdin, child.stdout, child.stderr, told]) stream?.on('error', () => undefined)
  const ready = once(told, 'readable')
  ready.catch(() => undefined)
  return { child, confined, told, ready, ended }
}

export const isAlive = ({ child }: WaitingProcess): boolean =>
  child.pid !== undefined && child.exitCode === null && child.signalCode === null

export function keepProcesses(count: number, start: () => WaitingProcess): WaitingProcesses {
  let waiting: WaitingProcess[] = []
  let isClosed = false
  const fill = (): void => {
    while (!isClosed && waiting.length < count) waiting.push(start())
  }
  fill()
  return {
    take: () => {
      for (const { confined } of waiting.filter((one) => !isAlive(one)))
        confined.remove().catch(() => undefined)
      waiting = waiting.filter(isAlive)
      const taken = waiting.shift() ?? start()
      taken.ended.finally(fill).catch(() => undefined)
      return taken
    },
    close: async () => {
      isClosed = true
      const left = waiting
      waiting = []
      for (const { child } of left) child.kill('SIGKILL')
      await Promise.allSettled(left.map(({ ended, confined }) => ended.finally(() => confined.remove())))
    },
  }
}

/** For systems that bound no memory of a single process: looks at it again and again, and ends it when it has too much. */
import { execFile } from 'node:child_process'

const intervalMs = 250

export type MemoryWatch = {
  readonly exceeded: () => boolean
  readonly stop: () => void
}

/** Of resident memory, in bytes, as ps(1) tells it. What is taken and given back between two looks is not seen. */
export function watchMemory(pid: number, mostBytes: number): MemoryWatch {
  let exceeded = false
  const look = (): void => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, said) => {
      // There is no such process any more.
      if (error !== null) stop()
      if (isStopped || Number(said) * 1024 <= mostBytes) return
      exceeded = true
      stop()
      process.kill(pid, 'SIGKILL')
    })
  }
  const timer = setInterval(look, intervalMs)
  let isStopped = false
  const stop = (): void => {
    isStopped = true
    clearInterval(timer)
  }
  return { exceeded: () => exceeded, stop }
}

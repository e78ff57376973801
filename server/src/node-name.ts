/** Nodes are named so that another one of the same host can tell whether they live. */
import { hostname } from 'node:os'

export const nodeName = (): string => `${hostname()}:${process.pid}`

/** True only when certain: a process of this host that has ended. */
export function isDead(name: string): boolean {
  const [host, pid] = name.split(':')
  if (host !== hostname() || pid === undefined || !/^\d+$/.test(pid)) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

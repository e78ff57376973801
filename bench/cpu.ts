/** Processor time, to say where the time of a run goes. Linux only: elsewhere there are no figures. */
import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks per second, as Linux shows them to programs. */
const ticksPerSecond = 100

/** Seconds that all processes of PostgreSQL have used so far. */
export function postgresSeconds(): number {
  let ticks = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      if (!stat.includes('(postgres)')) continue
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      ticks += Number(fields[11]) + Number(fields[12])
    } catch {
      // It ended in the meantime.
    }
  }
  return ticks / ticksPerSecond
}

/** Seconds that this process has used so far. */
export function ownSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000_000
}

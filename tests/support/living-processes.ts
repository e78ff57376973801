import { readdirSync, readFileSync } from 'node:fs'

/** Processes of this machine, of any container, whose command line has that text. */
export function livingProcesses(text: string): number {
  const commands = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        // It ended meanwhile.
        return ''
      }
    })
  return commands.filter((command) => command.includes(text)).length
}

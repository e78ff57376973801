/** A failed run in words: enough to run it again, and to see what went wrong without running it. */
import type { RunResult } from './simulate.ts'

const tailLines = 40

export function describeRun({ options, violation, tail, hash, steps }: RunResult): string {
  const numbers = JSON.stringify(options, (_, value) =>
    value === Number.POSITIVE_INFINITY ? 'never' : value,
  )
  return [
    `${violation?.message}`,
    `run again: BRAID_SIMULATION_SEED=${options.seed} (step ${steps}, trace ${hash})`,
    `options: ${numbers}`,
    ...tail.slice(-tailLines),
  ].join('\n')
}

/** A failed run in words: enough to run it again, and to see what went wrong without running it. */
import type { SeedRun } from './run-seed.ts'

const tailLines = 60

export function describeRun({ options, programs, failure, trace = '', steps, hash }: SeedRun): string {
  return [
    failure?.message ?? 'nothing failed',
    `run again: BRAID_ORACLE_SEED=${options.seed} (step ${steps}, trace ${hash.toString(16)})`,
    `options: ${JSON.stringify(options)}`,
    ...programs.map((program) => `program: ${JSON.stringify(program)}`),
    ...trace.split('\n').slice(-tailLines),
  ].join('\n')
}

/** Running scripts in a tier, for tests: what they said in one piece, and what of them is left on the machine. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import {
  defaultLimits,
  type Limits,
  type Outcome,
  type OutputChunk,
  type Runner,
  type RunRequest,
} from '@braid/runner/runner.ts'

export type Told = Outcome & {
  readonly chunks: readonly OutputChunk[]
  readonly out: string
  readonly err: string
}

export type Attempt = Omit<Partial<RunRequest>, 'limits'> & { readonly limits?: Partial<Limits> }

export async function attempt(
  runner: Runner,
  language: string,
  source: string,
  { limits, ...rest }: Attempt = {},
): Promise<Told> {
  const chunks: OutputChunk[] = []
  const request = { language, source, ...rest, limits: { ...defaultLimits, wallMs: 10_000, ...limits } }
  const outcome = await runner.run(request, (more) => {
    chunks.push(...more)
  })
  const text = (stream: string): string =>
    chunks
      .filter((chunk) => chunk.stream === stream)
      .map((chunk) => chunk.text)
      .join('')
  return { ...outcome, chunks, out: text('stdout'), err: text('stderr') }
}

/** Ids of processes of this machine of which `matches` finds something in their folder of /proc. */
export function processesWhere(matches: (folder: string) => boolean): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((pid) => {
      try {
        return matches(`/proc/${pid}`)
      } catch {
        return false
      }
    })
    .map(Number)
}

/** Those whose command line holds a text. */
export const processesWith = (text: string): number =>
  processesWhere((folder) => readFileSync(`${folder}/cmdline`, 'utf8').includes(text)).length

/** Those of sandboxes: in a namespace of processes other than this one's. */
export function processesElsewhere(): readonly number[] {
  const own = readlinkSync('/proc/self/ns/pid')
  return processesWhere((folder) => readlinkSync(`${folder}/ns/pid`) !== own)
}

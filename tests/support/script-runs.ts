/** Running scripts in a tier, for tests: what they said in one piece, and what of them is left on the machine. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
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

/** Processes and control groups of runs that were started under that name. */
export function leftOf(name: string): readonly string[] {
  const mark = `/braid-${name}-`
  const processes = readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(mark)
    } catch {
      return false
    }
  })
  return [...processes, ...foldersOf('/sys/fs/cgroup').filter((path) => path.includes(mark))]
}

/** Others come and go meanwhile. */
function foldersOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => [`${folder}/${name}`, ...foldersOf(`${folder}/${name}`)])
  } catch {
    return []
  }
}

/** All files below a folder, but pipes that wait for a run, with what tells whether they were changed. */
export const stateOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('pipes'))
    .map((path) => {
      const { mode, size, mtimeMs, uid, nlink } = lstatSync(join(folder, path))
      return [path, mode, size, mtimeMs, uid, nlink].join(' ')
    })
    .toSorted()

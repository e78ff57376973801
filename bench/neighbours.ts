/**
 * `npm run neighbours`: what other users of a node feel of a user whose scripts attack it. A server in the sandbox tier
 * with its own PostgreSQL; a worker asks at a steady pace, alone, beside harmless busy scripts and beside each attack, of
 * which the attacker keeps as many running as a user may. Needs bubblewrap and root or delegated control groups. Writes
 * its part of `docs/performance-scripts.md`. `BENCH_ATTACKS` names parts of attacks, else it is all of them.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startEmbeddedPostgres } from '../server/src/store/embedded/embedded-postgres.ts'
import { apiKey, freePort, startBraid } from '../tests/chaos/braid-process.ts'
import { type Attack, attacks, harmless } from '../tests/support/attacks.ts'
import {
  type Attacked,
  createNeighbours,
  keepAttacking,
  type Neighbours,
} from '../tests/support/neighbours.ts'
import { neighboursHeading, writeReport } from './scripts-report.ts'
import { machine } from './systems.ts'

const rounds = Number(process.env.BENCH_ROUNDS ?? 3)
const measureMs = Number(process.env.BENCH_SECONDS ?? 15) * 1_000
const wanted = (process.env.BENCH_ATTACKS ?? '').split(',')
/** Between two of a kind, from when one was due to when the next is. */
const everyMs = { read: 50, process: 100, script: 250 } as const
const attackMs = 4_000
/** As the configuration has them unless set. */
const atOnce = Math.ceil((2 * availableParallelism() * 3) / 4)

const kinds = ['read', 'process', 'first output', 'whole script'] as const
type Kind = (typeof kinds)[number]
type Times = Readonly<Record<Kind, number[]>>
type Measured = { readonly times: Times; readonly attacked: readonly Attacked[] }

/** One after another; each is counted from when it was due, so one that is late makes the next late, too. */
async function atPace(
  paceMs: number,
  untilMs: number,
  work: (dueMs: number) => Promise<void>,
): Promise<void> {
  for (let due = performance.now(); due < untilMs; due += paceMs) {
    await pause(Math.max(0, due - performance.now()))
    await work(due)
  }
}

async function measure({ tasks }: Neighbours): Promise<Times> {
  const times: Times = { read: [], process: [], 'first output': [], 'whole script': [] }
  const until = performance.now() + measureMs
  const timed = (kind: 'read' | 'process', task: () => Promise<void>) => async (due: number) => {
    await task()
    times[kind].push(performance.now() - due)
  }
  await Promise.all([
    atPace(everyMs.read, until, timed('read', tasks.read)),
    atPace(everyMs.process, until, timed('process', tasks.runProcess)),
    // A script takes as long as it takes: its time counts from when it was asked for.
    atPace(everyMs.script, until, async () => {
      const { firstMs, wholeMs } = await tasks.runScript()
      times['first output'].push(firstMs)
      times['whole script'].push(wholeMs)
    }),
  ])
  return times
}

async function measureBeside(neighbours: Neighbours, attack: Attack | undefined): Promise<Measured> {
  if (attack === undefined) return { times: await measure(neighbours), attacked: [] }
  const attacking = keepAttacking(neighbours.attacker, attack, { atOnce, attackMs })
  await attacking.begun
  const times = await measure(neighbours)
  await attacking.end()
  const attacked = attacking.ended
  const strange = attacked.find(({ state }) => !attack.ends.includes(state))
  if (strange !== undefined)
    throw new Error(`${attack.name} ended ${strange.state}: ${JSON.stringify(attacked)}`)
  return { times, attacked }
}

const situations: readonly (Attack | undefined)[] = [
  undefined,
  harmless,
  ...attacks.filter(({ name }) => wanted.some((part) => name.includes(part))),
]
const nameOf = (attack: Attack | undefined): string => attack?.name ?? 'alone'

async function measureAll(neighbours: Neighbours): Promise<ReadonlyMap<string, readonly Measured[]>> {
  const results = new Map<string, Measured[]>()
  const before = await measure(neighbours)
  process.stderr.write(`warmed up with ${before.read.length} reads\n`)
  for (let round = 1; round <= rounds; round++) {
    for (const attack of situations) {
      const measured = await measureBeside(neighbours, attack)
      results.set(nameOf(attack), [...(results.get(nameOf(attack)) ?? []), measured])
      const p99s = kinds.map((kind) => `${kind} ${quantile(measured.times[kind], 0.99).toFixed(0)}`)
      process.stderr.write(`round ${round} of ${rounds}, ${nameOf(attack)}: p99 ${p99s.join(', ')} ms\n`)
    }
  }
  return results
}

const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1] ?? Number.NaN

const parts = [0.5, 0.95, 0.99] as const

/** The median of all rounds. */
const figure = (measured: readonly Measured[], kind: Kind, part: number): number =>
  quantile(
    measured.map(({ times }) => quantile(times[kind], part)),
    0.5,
  )

/** Twice as long and ten milliseconds: what others may feel. */
const isUnharmed = (withMs: number, withoutMs: number): boolean => withMs <= 2 * withoutMs + 10

function tableOf(results: ReadonlyMap<string, readonly Measured[]>, kind: Kind): string {
  const p99Of = (name: string): number => figure(results.get(name) ?? [], kind, 0.99)
  const [alone, busy] = [p99Of(nameOf(undefined)), p99Of(harmless.name)]
  const rows = [...results].map(([name, measured]) => {
    const p99 = p99Of(name)
    const cells = [
      name,
      ...parts.map((part) => `${figure(measured, kind, part).toFixed(1)} ms`),
      ...[alone, busy].map(
        (other) => `${(p99 / other).toFixed(1)} ×${isUnharmed(p99, other) ? '' : ', harmed'}`,
      ),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return `| beside | p50 | p95 | p99 | p99 to alone | p99 to harmless |
|---|---|---|---|---|---|
${rows.join('\n')}`
}

function endsOf(results: ReadonlyMap<string, readonly Measured[]>): string {
  const rows = [...results].flatMap(([name, measured]) => {
    const all = measured.flatMap(({ attacked }) => attacked)
    if (all.length === 0) return []
    const states = [...new Set(all.map(({ state }) => state))].toSorted()
    const counts = states.map((state) => `${all.filter((each) => each.state === state).length} ${state}`)
    const latest = Math.max(...all.map(({ lateMs }) => lateMs))
    return [`| ${name} | ${counts.join(', ')} | ${latest > 0 ? `${latest} ms` : 'none'} |`]
  })
  return `| attack | ended | latest past its time |
|---|---|---|
${rows.join('\n')}`
}

const titles: Readonly<Record<Kind, string>> = {
  read: `Reading a process definition, every ${everyMs.read} ms`,
  process: `Starting a process instance and waiting for its end, every ${everyMs.process} ms`,
  'first output': "From asking for `print('hi')` to the frame with its output",
  'whole script': 'The same to its end',
}

const render = (results: ReadonlyMap<string, readonly Measured[]>, loads: readonly string[]): string =>
  `${neighboursHeading}

Measured by \`npm run neighbours\` in \`bench/\`: medians of ${rounds} rounds of ${measureMs / 1_000} s for each row, on one machine: ${machine()}.
Load of the machine by everything, the bench included: ${loads[0]} before, ${loads[1]} after. Server, PostgreSQL and the measuring client
share it with the scripts. Limits are those of the configuration unless set: of ${2 * availableParallelism()} scripts at once one user has
${atOnce}, each may keep one core busy for its ${attackMs / 1_000} s. The attacker asks for the next as soon as one has ended.

A row counts as harmed when its p99 is more than twice that of the other and 10 ms: of the worker alone, or beside as many
harmless scripts that are as busy.

${kinds.map((kind) => `### ${titles[kind]}\n\n${tableOf(results, kind)}`).join('\n\n')}

### How the scripts of the attacker ended

${endsOf(results)}
`

const load = (): string => loadavg()[0]?.toFixed(1) ?? '?'
const folder = await mkdtemp(join(tmpdir(), 'braid-bench-'))
const postgres = await startEmbeddedPostgres({ dataDir: folder })
const node = await startBraid({
  port: await freePort(),
  settings: {
    BRAID_DATABASE_URL: postgres.url,
    BRAID_SEED: 'none',
    BRAID_LOG_LEVEL: 'error',
    BRAID_SCRIPT_ISOLATION: 'sandbox',
  },
})
try {
  const before = load()
  const results = await measureAll(await createNeighbours({ url: node.url, apiKey }))
  const text = render(results, [before, load()])
  console.log(text)
  if (process.env.BENCH_ATTACKS === undefined) await writeReport('neighbours', text)
} finally {
  await node.stop()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}

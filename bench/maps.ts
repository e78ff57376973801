/**
 * `npm run maps`: a DAG that maps a task over a list beside BullMQ's flows, in the same run, on this machine. Needs
 * `redis-server`. Writes `docs/performance-dags.md`.
 */
import { writeFile } from 'node:fs/promises'
import { type Figure, figureOf, ratio, show } from './figures.ts'
import { machine, measureRounds } from './systems.ts'

const rounds = await measureRounds(['braid-dag', 'bullmq'] as const, Number(process.env.BENCH_ROUNDS ?? 3))
const workloads = (rounds[0]?.['braid-dag'] ?? []).map(({ workload }) => workload)
const rows = workloads.map((workload) => {
  const [braid, peer] = [figureOf(rounds, 'braid-dag', workload), figureOf(rounds, 'bullmq', workload)]
  return `| ${[workload, show(braid), show(peer), ratio(braid, peer)].join(' | ')} |`
})
const timeOf = (width: number): Figure | undefined =>
  figureOf(rounds, 'braid-dag', `map over ${width}, one at a time: p50`)
const growth = (timeOf(10_000)?.median ?? Number.NaN) / (timeOf(1_000)?.median ?? Number.NaN)
const report = `# Performance of DAGs

Measured by \`npm run maps\` in \`bench/\`: medians of ${rounds.length} rounds (least–most), both systems in each round, one after another, on
one machine: ${machine()}. A run has a task for each item of a list and a last one that takes all results; the tasks do
nothing, in the process that starts the run. Braid stores every step in PostgreSQL with fsync; BullMQ's flows are on
Redis with its append-only file synced at each write, 1,000 tasks at a time in one worker.

| workload | Braid | BullMQ | ratio |
|---|---|---|---|
${rows.join('\n')}

A map over 10,000 items takes ${growth.toFixed(1)} times as long as one over 1,000.
`
console.log(report)
await writeFile(new URL('../docs/performance-dags.md', import.meta.url), report)

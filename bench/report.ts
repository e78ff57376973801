/** The table of a benchmark run as Markdown. */
import { type Figure, figureOf, ratio, show } from './figures.ts'
import type { Round, System } from './run.ts'

const columns: readonly (readonly [System, string])[] = [
  ['braid', 'Braid'],
  ['braid-http', 'Braid over HTTP'],
  ['restate', 'Restate'],
  ['dbos', 'DBOS'],
]

export function renderReport({
  machine,
  rounds,
}: {
  readonly machine: string
  readonly rounds: readonly Round[]
}): string {
  const workloads = [...new Set((rounds[0]?.braid ?? []).map((result) => result.workload))].filter(
    (workload) => !workload.startsWith('account: '),
  )
  const rows = workloads.map((workload) => {
    const figures = columns.map(([system]) => figureOf(rounds, system, workload))
    const [braid, , restate, dbos] = figures
    return `| ${[workload, ...figures.map(show), ratio(braid, restate), ratio(braid, dbos)].join(' | ')} |`
  })
  const alone = figureOf(rounds, 'raw', 'sequence of 10: rows alone')
  const account = (what: string): Figure | undefined => figureOf(rounds, 'braid', `account: ${what}`)
  const peer = figureOf(rounds, 'bpmn-engine', 'sequence of 10 in memory: bpmn-engine')
  const core = figureOf(rounds, 'bpmn-engine', 'sequence of 10 in memory: Braid core')
  return `# Performance

Measured by \`npm run bench\` in \`bench/\`: medians of ${rounds.length} rounds (least–most), every system in each round, one after
another, on one machine: ${machine}. Every step is durable in all of them: PostgreSQL with fsync for Braid and DBOS, its own log
for Restate (two partitions, its faster setting here). The work of a step is nothing, so that only the system counts.

| workload | ${columns.map(([, name]) => name).join(' | ')} | to Restate | to DBOS |
|---|${columns.map(() => '---').join('|')}|---|---|
${rows.join('\n')}

The limit: a bare loop that writes the same rows in batches and does nothing else reaches ${show(alone)} sequences of ten.

The engine alone, in memory, sequences of ten: ${show(core)}; bpmn-engine (npm) ${show(peer)}: ${ratio(core, peer)}.

## Where the time goes

Under load a sequence of ten, which is eleven commits of its instance, takes ${show(account('processor time of Braid'))} of Braid's
processor time and ${show(account('processor time of PostgreSQL'))} of PostgreSQL's, in ${show(account('statements'))} statements for all instances
together. What is missing to two full cores is waiting, for fsync and for one another; a batch shares one fsync. The bare
loop's rows are smaller and nobody decides on them: that is how far from the limit Braid is.
One at a time the time is round trips: a commit is one statement, and a step waits for one commit.
`
}

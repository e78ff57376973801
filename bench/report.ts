/** The table of a benchmark run as Markdown. */
import type { Round, System } from './run.ts'
import type { Measurement } from './workload.ts'

type Figure = {
  readonly median: number
  readonly least: number
  readonly most: number
  readonly unit: Measurement['unit']
}

const columns: readonly (readonly [System, string])[] = [
  ['braid', 'Braid'],
  ['braid-http', 'Braid over HTTP'],
  ['restate', 'Restate'],
  ['dbos', 'DBOS'],
]

function figureOf(rounds: readonly Round[], system: System, workload: string): Figure | undefined {
  const found = rounds.flatMap(
    (round) => round[system]?.filter((result) => result.workload === workload) ?? [],
  )
  const values = found.map((result) => result.value).sort((a, b) => a - b)
  const [unit] = found.map((result) => result.unit)
  const median = values[values.length >> 1]
  if (unit === undefined || median === undefined) return undefined
  return { median, least: values[0] ?? median, most: values.at(-1) ?? median, unit }
}

const digits = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2)

const show = (figure: Figure | undefined): string =>
  figure === undefined
    ? ''
    : `${digits(figure.median)} ${figure.unit} (${digits(figure.least)}–${digits(figure.most)})`

/** How many times better Braid is: more per second, or less time. */
function ratio(braid: Figure | undefined, peer: Figure | undefined): string {
  if (braid === undefined || peer === undefined) return ''
  const times = braid.unit === 'ms' ? peer.median / braid.median : braid.median / peer.median
  return `${times.toFixed(1)} ×`
}

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

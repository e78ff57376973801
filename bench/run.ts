/**
 * `npm run bench`: Braid beside DBOS and Restate on the same work, on this machine, in the same run: each round measures
 * every system once, one after another. Prints medians with least and most, and writes `docs/performance.md`.
 */
import { writeFile } from 'node:fs/promises'
import { renderReport } from './report.ts'
import { machine, measureRounds, type RoundOf } from './systems.ts'

const systems = ['braid', 'braid-http', 'dbos', 'restate', 'raw', 'bpmn-engine'] as const
export type System = (typeof systems)[number]
export type Round = RoundOf<System>

const rounds = await measureRounds(systems, Number(process.env.BENCH_ROUNDS ?? 3))
const report = renderReport({ machine: machine(), rounds })
console.log(report)
await writeFile(new URL('../docs/performance.md', import.meta.url), report)

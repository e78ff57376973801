import pg from 'pg'
import { setTimeout as sleep } from 'node:timers/promises'
import { mkdtemp } from 'node:fs/promises'
import { startEmbeddedPostgres, removeEmbeddedPostgres } from '../../server/src/store/embedded/embedded-postgres.ts'
import { createRandom } from '../simulation/random.ts'
import { clientOf, freePort, startBraid } from './braid-process.ts'
import { deployRoundTrip, startLoad } from './load.ts'
const N = Number(process.argv[2] ?? 600)
const dataDir = await mkdtemp('/tmp/braid-two-')
const db = await startEmbeddedPostgres({ dataDir })
const settings = { BRAID_DATABASE_URL: db.url, BRAID_SEED: 'none', BRAID_LOG_LEVEL: 'warn' }
const a = await startBraid({ port: await freePort(), settings })
const b = await startBraid({ port: await freePort(), settings })
const clients = [clientOf(a.url), clientOf(b.url)]
const other = clients[1]!
await deployRoundTrip(other)
const load = startLoad({ clients, random: createRandom(7), leaseMs: 3000, workers: 3 })
const t0 = performance.now()
const sec = () => ((performance.now() - t0) / 1000).toFixed(1)
const ordering = Array.from({ length: 8 }, async () => { while (load.ledger.starts.size < N) await load.order('round-trip') })
const q = new pg.Client({ connectionString: db.url }); await q.connect()
const look = async (label: string) => {
  const rows: string[] = []
  for (const [n, sql] of Object.entries({
    active: `select count(*) c from instance where status='active'`,
    job: `select element || case when available_at > extract(epoch from now())*1000 then ' leased' else ' free' end k, count(*) c from job group by 1`,
    timer: `select element || case when due < extract(epoch from now())*1000 then ' due' else '' end k, count(*) c from timer group by 1`,
    sub: `select element k, count(*) c from subscription group by 1`,
    subm: `select 'with message' k, count(*) c from subscription s join message m on m.name=s.name and m.correlation_key=s.correlation_key`,
    task: `select element k, count(*) c from user_task where state='CREATED' group by 1`,
    outbox: `select 'outbox' k, count(*) c from outbox`,
  })) { const r = await q.query(sql); rows.push(n + ': ' + r.rows.map((x) => `${x.k ?? ''}=${x.c}`).join(' ')) }
  console.log(sec(), label, load.ledger.starts.size, load.ledger.completions.size, 'unpaid', load.unpaid(), '|', rows.join(' | '))
}
const iv = setInterval(() => look('').catch(() => {}), 4000)
while (load.ledger.starts.size < N / 2) await sleep(5)
await a.kill(); console.log(sec(), 'killed'); await sleep(500); clients.shift()
await Promise.all(ordering); console.log(sec(), 'ordered')
const end = performance.now() + 45000
for (;;) {
  const { page } = await other.searchProcessInstances({ body: { filter: { state: 'ACTIVE' }, page: { limit: 1 } } })
  if (page.totalItems === 0 && load.unpaid() === 0) break
  if (performance.now() > end) break
  await sleep(200)
}
await look('end'); clearInterval(iv)
console.log([...load.ledger.refusals])
console.log(b.output().slice(-5000))
await load.stop(); await q.end(); await b.stop(); await db.stop(); await removeEmbeddedPostgres(dataDir)

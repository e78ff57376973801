/**
 * Schedules every second on two Braid processes; one is killed while it claims and starts. Every time has one run, and
 * every run one process instance.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { createApi } from '../support/api.ts'
import { createTestDatabase } from '../support/database.ts'
import { processXml } from '../support/process-xml.ts'
import { apiKey, type BraidProcess, freePort, startBraid } from './braid-process.ts'

const schedules = 60
const kills = 3
const patienceMs = 60_000

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

async function startNode(databaseUrl: string): Promise<BraidProcess> {
  const settings = { BRAID_DATABASE_URL: databaseUrl, BRAID_SEED: 'none', BRAID_LOG_LEVEL: 'error' }
  const node = await startBraid({ port: await freePort(), settings })
  cleanUp.push(() => node.stop())
  return node
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const begun = performance.now()
  while (!(await holds())) {
    if (performance.now() - begun > patienceMs) throw new Error('it does not come to an end')
    await sleep(20)
  }
}

test(`${schedules} schedules every second, a node killed ${kills} times: each time runs once`, async () => {
  const database = await createTestDatabase()
  cleanUp.push(() => database.drop())
  const [first, survivor] = await Promise.all([startNode(database.url), startNode(database.url)])
  let victim = first
  const sql = new pg.Client({ connectionString: database.url })
  await sql.connect()
  cleanUp.push(() => sql.end())
  const count = async (text: string): Promise<number> => {
    const { rows } = await sql.query<{ count: string }>(`select count(*) as count ${text}`)
    return Number(rows[0]?.count)
  }
  const api = createApi({ url: survivor.url, apiKey }, '/api/v1')
  await api.deploy('p.bpmn', processXml('p', '<startEvent id="s" /><endEvent id="e" />', 's -> e'))
  for (let number = 1; number <= schedules; number += 1) {
    const timing = { every: 'PT1S', catchUp: 'all' }
    await api.post('/schedules', { name: `s${number}`, definitionId: 'p', timing })
  }
  const takenNotStarted: number[] = []
  for (let round = 1; round <= kills; round += 1) {
    const before = await count("from schedule_run where state = 'STARTED'")
    await until(async () => (await count("from schedule_run where state = 'STARTED'")) > before + schedules)
    // In the middle of its work: something is taken, and nobody has said yet that it was started.
    await until(
      async () => (await count("from schedule_run where state = 'PENDING' and taken_until > 0")) > 0,
    )
    await victim.kill()
    takenNotStarted.push(await count("from schedule_run where state = 'PENDING' and taken_until > 0"))
    if (round < kills) victim = await startNode(database.url)
  }
  const { rows } = await sql.query<{ now: string }>(
    'select (extract(epoch from now()) * 1000)::bigint as now',
  )
  await until(async () => (await count(`from schedule where next_time <= ${rows[0]?.now}`)) === 0)
  // A change is counted: a node that read a schedule before it takes no more times of it.
  await sql.query('update schedule set paused = true, revision = revision + 1')
  await until(async () => (await count("from schedule_run where state = 'PENDING'")) === 0)
  console.log(`taken and not settled when killed: ${takenNotStarted.join(', ')}`)

  const runs = await count('from schedule_run')
  expect(await count("from schedule_run where state = 'STARTED'")).toBe(runs)
  expect(await count('from schedule_run r join instance i on i.key = r.run_key')).toBe(runs)
  expect(await count('from instance')).toBe(runs)
  const gaps = `from (
    select (max(scheduled_for) - min(scheduled_for)) / 1000 + 1 as meant, count(*) as had, min(scheduled_for) as first
    from schedule_run group by schedule_key
  ) s where meant <> had`
  expect(await count(gaps)).toBe(0)
  const lateBeginnings = `from (
    select s.anchor, min(r.scheduled_for) as first from schedule s join schedule_run r on r.schedule_key = s.key group by 1
  ) f where first <> anchor + 1000`
  expect(await count(lateBeginnings)).toBe(0)
}, 180_000)

/**
 * Two Braid processes on one database share the work; one dies in the middle and stays dead. The other completes
 * everything, and nothing has happened twice. `BRAID_CHAOS_INSTANCES` sets how many instances.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@braid/contract/client.ts'
import { afterEach, expect, test } from 'vitest'
import { createRandom } from '../simulation/random.ts'
import { createTestDatabase } from '../support/database.ts'
import { brokenRuns, countOrphans, differentRuns, lostOrDoubled, readEverything } from './audit.ts'
import { type BraidProcess, clientOf, freePort, startBraid } from './braid-process.ts'
import { deployRoundTrip, type Load, roundTripId, startLoad } from './load.ts'

const orders = Number(process.env.BRAID_CHAOS_INSTANCES ?? '2000')

const leaseMs = 3_000
const customers = 8
/** Customers of the dead node call it in vain for so long. */
const noticeMs = 500
const endPatienceMs = 120_000

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

/** What is not acknowledged is not sent again, for nobody knows whether it was taken: another order is. */
async function orderUntilEnough(load: Load): Promise<void> {
  while (load.ledger.starts.size < orders) await load.order(roundTripId)
}

async function untilNothingIsActive(client: Client, load: Load): Promise<void> {
  const begun = performance.now()
  for (;;) {
    const { page } = await client.searchProcessInstances({
      body: { filter: { state: 'ACTIVE' }, page: { limit: 1 } },
    })
    if (page.totalItems === 0 && load.unpaid() === 0) return
    if (performance.now() - begun > endPatienceMs) throw new Error(`${page.totalItems} instances do not end`)
    await sleep(200)
  }
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

test(`${orders} instances on two nodes, one killed in the middle: all complete, nothing happens twice`, async () => {
  const database = await createTestDatabase()
  cleanUp.push(() => database.drop())
  const [victim, survivor] = await Promise.all([startNode(database.url), startNode(database.url)])
  const other = clientOf(survivor.url)
  await deployRoundTrip(other)
  const clients = [clientOf(victim.url), other]
  const load = startLoad({ clients, random: createRandom(7), leaseMs, workers: 3 })
  const { ledger } = load
  const begun = performance.now()
  const passed = (): string => seconds(performance.now() - begun)
  const ordering = Array.from({ length: customers }, () => orderUntilEnough(load))
  while (ledger.starts.size < orders / 2) await sleep(5)
  const topology = await other.getTopology()
  await victim.kill()
  const report = [
    `killed with ${ledger.starts.size} started, ${ledger.completions.size} completions: ${passed()}`,
  ]
  await sleep(noticeMs)
  clients.shift()
  await Promise.all(ordering)
  report.push(`all ordered: ${passed()}`)
  await untilNothingIsActive(other, load)
  await load.stop()
  report.push(`all complete: ${passed()}`)
  const all = await readEverything(other)
  report.push(
    `${all.length} instances audited: ${passed()}`,
    `answers other than success: ${[...ledger.refusals].map(([answer, times]) => `${answer} ${times}`).join(', ')}`,
  )
  console.log(report.join('\n'))
  expect(topology.brokers).toHaveLength(2)
  expect(lostOrDoubled(all, ledger)).toEqual([])
  expect(brokenRuns(all)).toEqual([])
  expect(differentRuns(all)).toEqual([])
  expect(await countOrphans(database.url)).toEqual({})
  expect([...ledger.refusals.keys()].filter((answer) => answer.endsWith('INTERNAL_ERROR'))).toEqual([])
}, 240_000)

/**
 * Kills Braid, its PostgreSQL and both with SIGKILL at random moments under load, as a crash or a lost machine would,
 * and looks whether everything that was acknowledged is there and comes to its end.
 *
 * The long run: `BRAID_CHAOS_KILLS=20 npm test -- tests/chaos/kill.test.ts`; `BRAID_CHAOS_SEED` repeats its choices.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@braid/contract/client.ts'
import { afterEach, describe, expect, onTestFailed, test } from 'vitest'
import { removeEmbeddedPostgres } from '../../server/src/store/embedded/embedded-postgres.ts'
import { createRandom, type Random } from '../simulation/random.ts'
import {
  brokenRuns,
  countOrphans,
  differentRuns,
  instancesWithJobRow,
  lostOrDoubled,
  readEverything,
} from './audit.ts'
import { type BraidProcess, clientOf, freePort, startBraid } from './braid-process.ts'
import { deployRoundTrip, type Load, orderDeskId, type ProcessId, roundTripId, startLoad } from './load.ts'
import { databaseUrlOf, killPostgres, postgresProcesses } from './postgres-processes.ts'

const kills = Number(process.env.BRAID_CHAOS_KILLS ?? '4')
const seed = Number(process.env.BRAID_CHAOS_SEED ?? Date.now() % 1_000_000)

const leaseMs = 3_000
const startPauseMs = 40
const deskPauseMs = 500
const progressPatienceMs = 30_000
const healPatienceMs = 90_000

/** Orders that come with a new installation. */
const samples: readonly string[] = ['sample-1', 'sample-2', 'sample-3']

/** Whom a kill hits. */
const targets = ['braid', 'postgres server', 'both', 'postgres everything', 'postgres backend'] as const
type Target = (typeof targets)[number]
const kindsThatEndPostgres: readonly Target[] = ['postgres server', 'both', 'postgres everything']

type Installation = {
  readonly dataDir: string
  readonly client: Client
  braid: BraidProcess
  readonly start: () => Promise<BraidProcess>
}

const installations: Installation[] = []
/** What nodes printed, for the case that a test fails. */
const lastWords: string[] = []
afterEach(async () => {
  lastWords.length = 0
  for (const { dataDir, braid } of installations.splice(0)) {
    lastWords.push(braid.output().slice(-10_000))
    await braid.stop()
    await removeEmbeddedPostgres(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  }
})

async function install(): Promise<Installation> {
  const dataDir = await mkdtemp(join(tmpdir(), 'braid-chaos-'))
  const port = await freePort()
  const start = () => startBraid({ port, settings: { BRAID_DATA_DIR: dataDir, BRAID_LOG_LEVEL: 'error' } })
  const braid = await start()
  const installation = { dataDir, client: clientOf(braid.url), braid, start }
  installations.push(installation)
  return installation
}

async function strike(installation: Installation, target: Target, random: Random): Promise<void> {
  const { dataDir } = installation
  const pick: Random['pick'] = (list) => random.pick(list)
  switch (target) {
    case 'braid':
      await installation.braid.kill()
      break
    case 'postgres server':
      return killPostgres(dataDir, 'server', pick)
    case 'postgres everything':
      return killPostgres(dataDir, 'everything', pick)
    case 'postgres backend':
      return killPostgres(dataDir, 'backend', pick)
    case 'both':
      await Promise.all([killPostgres(dataDir, 'everything', pick), installation.braid.kill()])
  }
  await sleep(random.below(500))
  installation.braid = await installation.start()
}

/** Until an order that was sent after the kill is acknowledged, and a server that was killed runs again. */
async function workGoesOn(load: Load, isBack: () => boolean): Promise<void> {
  const begun = performance.now()
  while (!isBack() || !(await load.order(roundTripId))) {
    if (performance.now() - begun > progressPatienceMs) {
      throw new Error(`no order was taken for ${progressPatienceMs} ms; the database is back: ${isBack()}`)
    }
    await sleep(20)
  }
}

/** Sends orders until it is told to stop. */
async function keepOrdering(
  load: Load,
  processId: ProcessId,
  pauseMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await load.order(processId)
    await sleep(pauseMs)
  }
}

/** Milliseconds until no instance is active and everything is paid. */
async function everythingEnds({ client }: Installation, load: Load): Promise<number> {
  const begun = performance.now()
  for (;;) {
    const { items, page } = await client.searchProcessInstances({
      body: { filter: { state: 'ACTIVE' }, page: { limit: 5 } },
    })
    if (page.totalItems === 0 && load.unpaid() === 0) return performance.now() - begun
    if (performance.now() - begun > healPatienceMs) {
      const stuck = items.map((item) => `${item.processDefinitionId} ${item.processInstanceKey}`)
      throw new Error(`${page.totalItems} instances do not end, such as ${stuck.join(', ')}`)
    }
    await sleep(100)
  }
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

describe('killed without warning', () => {
  test(
    `under load, ${kills} times: nothing acknowledged is lost or doubled, and everything completes`,
    async () => {
      const random = createRandom(seed)
      const struck: Target[] = []
      onTestFailed(() => console.log(`seed ${seed}, killed: ${struck.join(', ')}\n${lastWords.join('\n')}`))
      const installation = await install()
      const { client } = installation
      await deployRoundTrip(client)
      const load = startLoad({ clients: [client], random: random.fork('load'), leaseMs, workers: 2 })
      for (const sample of samples) load.adopt(orderDeskId, sample)
      const over = new AbortController()
      const ordering = [
        keepOrdering(load, roundTripId, startPauseMs, over.signal),
        keepOrdering(load, roundTripId, startPauseMs, over.signal),
        keepOrdering(load, orderDeskId, deskPauseMs, over.signal),
      ]
      const choices = random.fork('kills')
      const outages: number[] = []
      for (let count = 0; count < kills; count += 1) {
        await sleep(choices.between(500, 2_500))
        const target = nextTarget(struck, choices)
        const [serverBefore] = postgresProcesses(installation.dataDir)
        const begun = performance.now()
        struck.push(target)
        await strike(installation, target, choices)
        await workGoesOn(load, () => {
          const [server] = postgresProcesses(installation.dataDir)
          return server !== undefined && (server !== serverBefore || !kindsThatEndPostgres.includes(target))
        })
        outages.push(performance.now() - begun)
      }
      await sleep(1_000)
      over.abort()
      await Promise.all(ordering)
      const healed = await everythingEnds(installation, load)
      await load.stop()

      const all = await readEverything(client)
      const { ledger } = load
      console.log(
        [
          `seed ${seed}, ${kills} kills: ${struck.map((target, index) => `${target} ${seconds(outages[index] ?? 0)}`).join(', ')}`,
          `${ledger.orders.size} orders, ${ledger.starts.size} acknowledged; ${ledger.completions.size} acknowledged completions; ${all.length} instances`,
          `everything complete ${seconds(healed)} after the last order`,
          `answers other than success: ${[...ledger.refusals].map(([answer, times]) => `${answer} ${times}`).join(', ')}`,
        ].join('\n'),
      )
      expect(lostOrDoubled(all, ledger)).toEqual([])
      expect(brokenRuns(all)).toEqual([])
      // The samples that came with the installation take ways of their own.
      const ordered = all.filter(({ instance }) => !samples.includes(instance.businessId ?? ''))
      expect(differentRuns(ordered)).toEqual([])
      expect(await countOrphans(databaseUrlOf(installation.dataDir))).toEqual({})
      expect([...ledger.refusals.keys()].filter((answer) => answer.endsWith('INTERNAL_ERROR'))).toEqual([])
      expect(ledger.starts.size).toBeGreaterThan(kills * 5)
    },
    120_000 + kills * 15_000,
  )

  test('jobs that Braid did itself are offered again within seconds', async () => {
    const installation = await install()
    const { client } = installation
    const random = createRandom(seed)
    const load = startLoad({ clients: [client], random, leaseMs, workers: 1 })
    for (const sample of samples) load.adopt(orderDeskId, sample)
    // The work takes 1.5 s, and a job that takes longer than 1 s gets a row: so some have one when the node dies.
    let withRow = new Set<string>()
    for (let count = 0; count < 40 || withRow.size === 0; count += 1) {
      await load.order(orderDeskId)
      await sleep(50)
      withRow = new Set(await instancesWithJobRow(databaseUrlOf(installation.dataDir)))
    }
    await installation.braid.kill()
    installation.braid = await installation.start()
    const begun = performance.now()
    const times = await Promise.all(
      [...load.ledger.starts.keys()].map(async (processInstanceKey) => {
        await hasCompleted(client, processInstanceKey, 'reserve_stock')
        return { row: withRow.has(processInstanceKey), ms: performance.now() - begun }
      }),
    )
    const healed = await everythingEnds(installation, load)
    await load.stop()
    const longest = (row: boolean): number =>
      Math.max(...times.filter((time) => time.row === row).map(({ ms }) => ms))
    console.log(
      `${times.length} orders in work, ${withRow.size} jobs with rows; after the restart, jobs without rows were done ` +
        `again in ${seconds(longest(false))}, those with rows in ${seconds(longest(true))}; ` +
        `everything complete after another ${seconds(healed)}`,
    )
    const all = await readEverything(client)
    expect(lostOrDoubled(all, load.ledger)).toEqual([])
    expect(brokenRuns(all)).toEqual([])
    expect(await countOrphans(databaseUrlOf(installation.dataDir))).toEqual({})
    // 1.5 s of work, and a few to notice.
    expect(longest(false)).toBeLessThan(15_000)
    expect(longest(true)).toBeLessThan(15_000)
  }, 120_000)
})

async function hasCompleted(client: Client, processInstanceKey: string, element: string): Promise<void> {
  for (;;) {
    const { items } = await client.getProcessInstanceEvents({ params: { processInstanceKey }, query: {} })
    const events = items.flatMap((entry) => entry.events)
    if (events.some((event) => event.type === 'element-completed' && event.element === element)) return
    await sleep(200)
  }
}

/** Every kind comes before any comes again. */
function nextTarget(struck: readonly Target[], random: Random): Target {
  const round = struck.slice(struck.length - (struck.length % targets.length))
  return random.pick(targets.filter((target) => !round.includes(target)))
}

/**
 * A user keeps as many hostile scripts running as a user may. Whatever they do, all that another user asks for meanwhile
 * succeeds, each of them ends as what it was, and nothing of them is left.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attacks, harmless } from '../support/attacks.ts'
import { createTestDatabase } from '../support/database.ts'
import { createNeighbours, keepAttacking, type Neighbours } from '../support/neighbours.ts'
import { leftOf } from '../support/script-runs.ts'
import { apiKey, type BraidProcess, freePort, startBraid } from './braid-process.ts'

const slots = 4
const perUser = 3

const cleanUp: (() => Promise<unknown>)[] = []
let node: BraidProcess
let neighbours: Neighbours
beforeAll(async () => {
  const database = await createTestDatabase()
  cleanUp.push(() => database.drop())
  node = await startBraid({
    port: await freePort(),
    settings: {
      BRAID_DATABASE_URL: database.url,
      BRAID_SEED: 'none',
      BRAID_LOG_LEVEL: 'error',
      BRAID_SCRIPT_ISOLATION: 'sandbox',
      BRAID_SCRIPT_SLOTS: String(slots),
      BRAID_SCRIPTS_PER_USER: String(perUser),
      // Each attack is to begin at once, whatever those before have asked for.
      BRAID_RATE_LIMITS: 'off',
    },
  })
  cleanUp.push(() => node.stop())
  neighbours = await createNeighbours({ url: node.url, apiKey })
}, 120_000)
afterAll(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

const most = (times: readonly number[]): string => `${Math.round(Math.max(...times))} ms`

async function timed(times: number[], work: () => Promise<unknown>): Promise<void> {
  const begin = performance.now()
  await work()
  times.push(performance.now() - begin)
}

test.each([harmless, ...attacks].map((attack) => [attack.name, attack] as const))(
  'others work beside: %s',
  { timeout: 120_000 },
  async (name, attack) => {
    const { attacker, tasks } = neighbours
    const attacking = keepAttacking(attacker, attack, { atOnce: perUser, attackMs: 2_000 })
    await attacking.begun
    const [reads, processes, scripts]: number[][] = [[], [], []]
    // Until some have ended by themselves or for their limits.
    for (let round = 0; round < 5 || attacking.ended.length < perUser; round++) {
      for (let count = 0; count < 10; count++) await timed(reads as number[], tasks.read)
      for (let count = 0; count < 5; count++) await timed(processes as number[], tasks.runProcess)
      await timed(scripts as number[], tasks.runScript)
    }
    await attacking.end()
    const states = attacking.ended.map(({ state }) => state)
    expect(attack.ends).toEqual(expect.arrayContaining([...new Set(states)]))
    expect(states.filter((state) => state !== 'CANCELED').length).toBeGreaterThanOrEqual(perUser)
    expect(leftOf(String(node.pid))).toEqual([])
    console.log(
      `${name}: reads at most ${most(reads as number[])}, processes ${most(processes as number[])}, scripts ${most(scripts as number[])}; ${[...new Set(states)]}`,
    )
  },
)

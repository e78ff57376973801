import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApplicationTest, startApplicationTest } from '../../../../server/src/application-test.ts'

let braid: ApplicationTest
beforeAll(async () => {
  braid = await startApplicationTest({ applicationsDir: dirname(import.meta.dirname) })
})
afterAll(() => braid?.stop())

test('the clock stands still, and moves by what it is told', async () => {
  const begun = braid.now()
  expect(new Date(begun).toISOString()).toBe('2026-01-01T00:00:00.000Z')
  await braid.advance('P1D')
  expect(braid.now() - begun).toBe(86_400_000)
  await expect(braid.advance('a day')).rejects.toThrow('expected an ISO 8601 duration')
})

test('a run whose task is tried again hours later is over in a moment', async () => {
  const run = await braid.startRun('stock/refill', { shelf: 'screws' })
  await braid.advance('PT12H')
  const { status, output, variables } = await run.end()
  expect({ status, output }).toEqual({ status: 'completed', output: { ordered: 94, attempts: 3 } })
  expect(variables.counted).toEqual({ pieces: 6, at: braid.now() - 43_200_000 })
})

test('a run that waits says where', async () => {
  const run = await braid.startRun('stock/refill', { shelf: 'nails' })
  await expect(run.end()).rejects.toThrow(`run ${run.key} waits at ordered: advance the clock`)
})

test('a run that can not go on says why', async () => {
  const run = await braid.startRun('stock/refill', { shelf: 5 })
  await expect(run.end()).rejects.toThrow(/counted: input\.shelf: expected/)
})

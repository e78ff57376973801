import type { Key } from '@braid/core/base/key.ts'
import { expect, test } from 'vitest'
import { createLatestDefinitions } from './latest-definitions.ts'

/** Queries that the test answers. */
function createQueries() {
  const open: ((key: number) => void)[] = []
  return {
    open,
    findDefinition: () => {
      const { promise, resolve } = Promise.withResolvers<Key | undefined>()
      open.push((key) => resolve(key as Key))
      return promise
    },
  }
}

test('callers during a query share the next one, which began after they came', async () => {
  const { open, findDefinition } = createQueries()
  const latest = createLatestDefinitions({ findDefinition })
  const first = latest.find('p')
  const second = latest.find('p')
  const third = latest.find('p')
  expect(open.length).toBe(1)
  open[0]?.(1)
  expect(await first).toBe(1)
  const fourth = latest.find('p')
  await Promise.resolve()
  expect(open.length).toBe(2)
  open[1]?.(2)
  expect(await Promise.all([second, third])).toEqual([2, 2])
  open[2]?.(3)
  expect(await fourth).toBe(3)
  const fifth = latest.find('p')
  open.at(-1)?.(4)
  expect(await fifth).toBe(4)
})

test('a failed query fails its callers only', async () => {
  let failures = 1
  const latest = createLatestDefinitions({
    findDefinition: async () => {
      if (failures-- > 0) throw new Error('no connection')
      return 5 as Key
    },
  })
  const first = latest.find('p')
  const second = latest.find('p')
  await expect(first).rejects.toThrow('no connection')
  expect(await second).toBe(5)
  expect(await latest.find('p')).toBe(5)
})

test('processes do not wait for each other', () => {
  const { open, findDefinition } = createQueries()
  const latest = createLatestDefinitions({ findDefinition })
  void latest.find('p')
  void latest.find('q')
  expect(open.length).toBe(2)
})

import { expect, test } from 'vitest'
import { fuseRanks } from './fuse-ranks.ts'

test('what both lists have comes before what one has on top', () => {
  const fused = fuseRanks(
    [
      ['a', 'b', 'c'],
      ['d', 'b'],
    ],
    (key) => key,
  )
  expect(fused.map(({ key }) => key)).toEqual(['b', 'a', 'd', 'c'])
})

test('the top of all lists has the score 1', () => {
  expect(fuseRanks([['a'], ['a']], (key) => key)).toEqual([{ key: 'a', score: 1 }])
  expect(fuseRanks([[], []], (key: string) => key)).toEqual([])
})

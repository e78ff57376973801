import { expect, test } from 'vitest'
import { embedderOf } from './embed-texts.ts'
import { localDimensions } from './local-embedding.ts'

const embedder = embedderOf({ settings: {}, secret: () => undefined, fetch })
const embed = (texts: readonly string[]) => embedder.embed(texts, new AbortController().signal)
const product = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)

test('a text has one vector of length 1, whatever stands beside it', async () => {
  const [first, second] = await embed(['The foghorn still works.', 'Something else.'])
  const [again] = await embed(['The foghorn still works.'])
  expect(first).toEqual(again)
  expect(first).toHaveLength(localDimensions)
  expect(product(first ?? [], first ?? [])).toBeCloseTo(1)
  expect(product(first ?? [], second ?? [])).toBeLessThan(0.5)
})

test('texts that share words or forms of them are closer than others', async () => {
  const texts = [
    'The keeper rowed out to the schooner in a storm.',
    'A ticket for adults costs nine euros.',
    'Bicycles can be left beside the boat house.',
  ]
  const [keeper = [], ticket = [], bicycle = []] = await embed(texts)
  const [asked = []] = await embed(['What do tickets cost for an adult?'])
  expect(product(asked, ticket)).toBeGreaterThan(product(asked, keeper))
  expect(product(asked, ticket)).toBeGreaterThan(product(asked, bicycle))
})

test('a text without words is near to nothing', async () => {
  const [empty = []] = await embed(['— … —'])
  expect(Math.hypot(...empty)).toBe(0)
})

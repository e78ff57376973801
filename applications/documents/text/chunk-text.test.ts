import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chunkText } from './chunk-text.ts'

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '')

test('cuts at sentences, and repeats the last ones of the chunk before', () => {
  const text = 'One fish. Two fish.\n\nRed fish. Blue fish.'
  expect(chunkText(text, { size: 22, overlap: 10 })).toEqual([
    'One fish. Two fish.',
    'Two fish.\n\nRed fish.',
    'Red fish. Blue fish.',
  ])
  expect(chunkText(text, { size: 100, overlap: 10 })).toEqual([text])
  expect(chunkText('', { size: 100, overlap: 10 })).toEqual([])
})

test('cuts what has no sentences at spaces, else between characters', () => {
  expect(chunkText('aaaa bbbb cccc', { size: 9, overlap: 0 })).toEqual(['aaaa bbbb', 'cccc'])
  expect(chunkText('😀😀😀', { size: 3, overlap: 0 })).toEqual(['😀', '😀', '😀'])
})

test('loses no word of any text, and makes no chunk too long', () => {
  const word = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
    .map((part) => part.replaceAll(/\s/g, '_'))
  const end = fc.constantFrom(' ', '. ', '! ', '\n', '\n\n', '\n \n')
  const text = fc.array(fc.tuple(word, end), { maxLength: 80 }).map((parts) => parts.flat().join(''))
  fc.assert(
    fc.property(text, fc.integer({ min: 20, max: 60 }), (given, size) => {
      const chunks = chunkText(given, { size, overlap: 0 })
      expect(chunks.flatMap(words).join('')).toEqual(words(given).join(''))
      const repeating = chunkText(given, { size, overlap: 9 })
      for (const chunk of [...chunks, ...repeating]) {
        expect(chunk.length).toBeLessThanOrEqual(size)
        expect(chunk.trim()).not.toBe('')
      }
      // With what is repeated, too, all are there in their order.
      let at = 0
      const all = repeating.flatMap(words)
      for (const one of chunks.flatMap(words)) {
        at = all.indexOf(one, at) + 1
        expect(at).toBeGreaterThan(0)
      }
    }),
    { numRuns: 300 },
  )
})

test('takes a large text without sentences in its stride', () => {
  const chunks = chunkText('word '.repeat(400_000), { size: 1_000, overlap: 100 })
  expect(chunks.length).toBe(2_000)
})

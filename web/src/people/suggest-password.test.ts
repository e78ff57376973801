import { expect, test } from 'vitest'
import { suggestPassword } from './suggest-password.ts'

test('a suggested password is made of the random bytes, in letters that are easy to read out', () => {
  expect(suggestPassword(Uint8Array.from({ length: 20 }, (_, index) => index))).toBe(
    'abcde-fghij-kmnpq-rstuv',
  )
  expect(suggestPassword(Uint8Array.from({ length: 10 }, (_, index) => 256 - 10 + index))).toBe('yz234-56789')
})

test('every letter is as likely as the others', () => {
  const all = suggestPassword(Uint8Array.from({ length: 256 }, (_, index) => index)).replaceAll('-', '')
  const counts = Map.groupBy(all, (letter) => letter)
  expect(counts.size).toBe(32)
  for (const each of counts.values()) expect(each).toHaveLength(8)
})

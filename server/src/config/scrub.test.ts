import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createScrub } from './scrub.ts'

test('a secret is found as it is, in JSON and in an address', () => {
  const secret = 'p/ä "w" d\n+'
  const scrub = createScrub([secret])
  const address = `postgres://u:${encodeURIComponent(secret)}@h`
  expect(scrub(`${secret}; ${JSON.stringify({ secret })}; ${address}`)).toBe(
    '[redacted]; {"secret":"[redacted]"}; postgres://u:[redacted]@h',
  )
})

test('a secret that is a part of another one does not save the rest of it', () => {
  expect(createScrub(['secret', 'secret-and-more'])('the secret-and-more')).toBe('the [redacted]')
})

test('lines of a key are found one by one', () => {
  const key = '-----BEGIN-----\nMIIEvQIBADANBgkqhk\n-----END-----'
  expect(createScrub([key])('line MIIEvQIBADANBgkqhk said')).toBe('line [redacted] said')
})

test('no secret of any letters is left', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 6, unit: 'grapheme' }), fc.string(), fc.string(), (secret, a, b) => {
      fc.pre(!'[redacted]'.includes(secret))
      expect(createScrub([secret])(JSON.stringify(a + secret + b))).not.toContain(
        JSON.stringify(secret).slice(1, -1),
      )
    }),
  )
})

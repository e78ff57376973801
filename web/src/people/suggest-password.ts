/** Letters and digits that nobody mistakes for each other, so that a password can be read out. */
const letters = 'abcdefghijkmnpqrstuvwxyz23456789'

/** Of random bytes, one letter each, in groups of five: 20 make 100 random bits. */
export function suggestPassword(random: Uint8Array): string {
  // 32 letters divide 256, so each is as likely as the others.
  const text = [...random].map((byte) => letters.charAt(byte % letters.length)).join('')
  return text.match(/.{1,5}/g)?.join('-') ?? ''
}

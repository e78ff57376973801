import { describe, expect, test, vi } from 'vitest'
import { OverloadError } from '../../execution/execution.ts'
import { createPasswords, type Derive } from './passwords.ts'

describe('passwords', () => {
  test('are kept as salted hashes with their parameters, and recognised by them', async () => {
    const passwords = createPasswords()
    const [one, other] = await Promise.all([
      passwords.hash('correct horse battery'),
      passwords.hash('correct horse battery'),
    ])
    expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/=]{24}\$[\w+/=]{44}$/)
    expect(one).not.toBe(other)
    expect(await passwords.verify('correct horse battery', one)).toBe(true)
    expect(await passwords.verify('correct horse battery ', one)).toBe(false)
    expect(await passwords.verify('correct horse battery', undefined)).toBe(false)
  })

  test('are the same however their letters are composed', async () => {
    const passwords = createPasswords()
    const hash = await passwords.hash('caf\u00e9 au lait, please')
    expect(await passwords.verify('cafe\u0301 au lait, please', hash)).toBe(true)
  })

  test('of other parameters are still recognised, and known to be old', async () => {
    const passwords = createPasswords()
    // RFC 7914, section 12, second vector, cut to 32 bytes: a hash is a prefix of a longer one.
    const hash = Buffer.from('fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162', 'hex')
    const stored = `$scrypt$ln=10,r=8,p=16$${btoa('NaCl')}$${hash.toString('base64')}`
    expect(await passwords.verify('password', stored)).toBe(true)
    expect(passwords.isCurrent(stored)).toBe(false)
    expect(passwords.isCurrent(await passwords.hash('correct horse battery'))).toBe(true)
  })

  test('of nobody take the same derivation as those of somebody', async () => {
    const derive = vi.fn<Derive>(async () => Buffer.alloc(32))
    const passwords = createPasswords(derive)
    const hash = await passwords.hash('x')
    derive.mockClear()
    await passwords.verify('guess', hash)
    await passwords.verify('guess', undefined)
    const [known, unknown] = derive.mock.calls
    expect(unknown?.[2]).toEqual(known?.[2])
    expect(unknown?.[1].length).toBe(known?.[1].length)
  })

  test('are derived two at a time; beyond a hundred that wait, one is refused', async () => {
    const started: (() => void)[] = []
    const passwords = createPasswords(
      () => new Promise((resolve) => started.push(() => resolve(Buffer.alloc(32)))),
    )
    const all = Array.from({ length: 102 }, () => passwords.verify('guess', undefined))
    expect(started.length).toBe(2)
    await expect(passwords.verify('guess', undefined)).rejects.toThrow(OverloadError)
    for (let index = 0; index < all.length; index += 1) {
      await vi.waitFor(() => expect(started.length).toBeGreaterThan(index))
      started[index]?.()
    }
    expect(await Promise.all(all)).toEqual(all.map(() => false))
    const after = passwords.verify('guess', undefined)
    expect(started.length).toBe(103)
    started[102]?.()
    expect(await after).toBe(false)
  })
})

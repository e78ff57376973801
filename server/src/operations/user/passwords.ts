/**
 * Passwords as salted scrypt hashes (RFC 7914) with the parameters beside them, in the way of the PHC string format:
 * `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`. An unknown account costs the same work as a known one.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { OverloadError } from '../../execution/execution.ts'

export type Passwords = {
  hash(password: string): Promise<string>
  /** False without a hash, after as much work as with one. Throws OverloadError when very many wait. */
  verify(password: string, hash: string | undefined): Promise<boolean>
  /** Whether a hash was made as hashes are made now. */
  isCurrent(hash: string): boolean
}

type Cost = { readonly log2N: number; readonly r: number; readonly p: number }

/** Of the equally strong choices of OWASP one that takes 32 MiB and about a quarter of a second. */
const currentCost: Cost = { log2N: 15, r: 8, p: 3 }
const saltBytes = 16
const hashBytes = 32
/** More than any choice of OWASP needs: 128 MiB. */
const maxMemoryBytes = 160 * 1024 * 1024

/** Derivations share the threads of Node with files and names of hosts: half of them stay free. */
const atOnce = 2
const maxWaiting = 100

export type Derive = (password: string, salt: Buffer, cost: Cost) => Promise<Buffer>

const deriveWithScrypt: Derive = (password, salt, { log2N, r, p }) =>
  new Promise((resolve, reject) => {
    // One way to write the same letters, whatever keyboard they came from (NIST SP 800-63B).
    const text = password.normalize('NFKC')
    const options = { N: 2 ** log2N, r, p, maxmem: maxMemoryBytes }
    scrypt(text, salt, hashBytes, options, (error, hash) => (error === null ? resolve(hash) : reject(error)))
  })

export function createPasswords(deriveNow: Derive = deriveWithScrypt): Passwords {
  const derive = fewAtOnce(deriveNow)
  const nobody = { cost: currentCost, salt: randomBytes(saltBytes), hash: randomBytes(hashBytes) }
  return {
    async hash(password) {
      const salt = randomBytes(saltBytes)
      return format({ cost: currentCost, salt, hash: await derive(password, salt, currentCost) })
    },
    async verify(password, stored) {
      const { cost, salt, hash } = stored === undefined ? nobody : parse(stored)
      const derived = await derive(password, salt, cost)
      return timingSafeEqual(derived, hash) && stored !== undefined
    },
    isCurrent: (stored) => costText(parse(stored).cost) === costText(currentCost),
  }
}

type Parts = { readonly cost: Cost; readonly salt: Buffer; readonly hash: Buffer }

const costText = ({ log2N, r, p }: Cost): string => `ln=${log2N},r=${r},p=${p}`

const format = ({ cost, salt, hash }: Parts): string =>
  `$scrypt$${costText(cost)}$${salt.toString('base64')}$${hash.toString('base64')}`

function parse(text: string): Parts {
  const [, log2N, r, p, salt = '', hash = ''] =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/=]+)\$([\w+/=]+)$/.exec(text) ?? []
  const bytes = Buffer.from(hash, 'base64')
  // Never with the text in the message: what is stored here is a secret.
  if (bytes.length !== hashBytes) throw new Error('a stored password hash is not one of ours')
  return {
    cost: { log2N: Number(log2N), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    hash: bytes,
  }
}

function fewAtOnce(derive: Derive): Derive {
  const waiting: (() => void)[] = []
  let running = 0
  return async (...input) => {
    if (running >= atOnce) {
      if (waiting.length >= maxWaiting) throw new OverloadError('too many sign-ins at once; try again')
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      return await derive(...input)
    } finally {
      // Whoever waits takes the place over.
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}

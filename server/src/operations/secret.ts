/** Secrets that Braid makes: long, random, and stored as SHA-256 only. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits as text that is safe in URLs and headers. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** Takes the same time wherever the difference is. */
export const sameSecret = (one: string, other: string): boolean => timingSafeEqual(hashOf(one), hashOf(other))

/** The CSRF token of a session: known to whoever knows the session's secret, so it needs no place of its own. */
export const csrfTokenOf = (sessionSecret: string): string =>
  hashOf(`csrf:${sessionSecret}`).toString('base64url')

/** API keys carry a prefix by which people and secret scanners recognise them. */
export const newApiKey = (): string => `braid_${newSecret()}`

/** How long sessions and sign-in links live, in milliseconds. */
import type { Instant } from '@braid/core/base/instant.ts'

const minute = 60_000
const hour = 60 * minute

export const signInLinkMs = 15 * minute
/** Without use. */
const idleMs = 12 * hour
/** In all: then somebody has to sign in again. */
export const sessionMs = 7 * 24 * hour
/** Extending a session is a write, so not every request does it. */
const extensionStepMs = 10 * minute

export const firstExpiry = (now: Instant): Instant => now + idleMs

/** The new end of a session that is used at `now`, when it is worth writing. */
export function extendedExpiry(
  session: { createdAt: Instant; expiresAt: Instant },
  now: Instant,
): Instant | undefined {
  const extended = Math.min(now + idleMs, session.createdAt + sessionMs)
  return extended - session.expiresAt >= extensionStepMs ? extended : undefined
}

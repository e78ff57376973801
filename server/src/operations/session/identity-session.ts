import type { Session } from '@braid/contract/access.ts'
import { grant } from '@braid/contract/permission.ts'
import type { Identity } from '../identity.ts'

/** What a signed-in client is told about itself. */
export const sessionOf = (identity: Identity): Session => ({
  kind: identity.kind,
  username: identity.username,
  displayName: identity.displayName,
  // Grants of another version of Braid are not shown, and allow nothing.
  grants: [...identity.grants].flatMap((name) => grant.safeParse(name).data ?? []),
  ...(identity.role === undefined ? {} : { role: identity.role }),
  ...(identity.csrfToken === undefined ? {} : { csrfToken: identity.csrfToken }),
  ...(identity.expiresAt === undefined ? {} : { expiresAt: new Date(identity.expiresAt).toISOString() }),
})

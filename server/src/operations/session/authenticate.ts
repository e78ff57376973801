/**
 * Finds out who sends a request, by API key or session. What was found is believed for two seconds, so that a busy
 * client costs one query in that time; revoked keys and ended sessions stop working within it on every node.
 */
import { grantsOf, type Role } from '@braid/contract/role.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { AccessStore, StoredSession } from '../../store/access.ts'
import type { UserStore } from '../../store/user-store.ts'
import type { Identity } from '../identity.ts'
import { csrfTokenOf, hashOf, sameSecret } from '../secret.ts'
import { builtInAdministrator } from './create-link.ts'
import { extendedExpiry } from './lifetime.ts'

export type Credentials =
  | { readonly kind: 'api-key'; readonly secret: string }
  | { readonly kind: 'session'; readonly secret: string }

export type Authenticator = {
  identify(credentials: Credentials): Promise<Identity | undefined>
  /** The next use is looked up again. */
  forget(credentials: Credentials): void
  forgetAll(): void
}

const believedMs = 2_000
const capacity = 10_000

export function createAuthenticator(dependencies: {
  readonly access: Pick<AccessStore, 'findApiKey' | 'findSession' | 'extendSession'>
  readonly users: Pick<UserStore, 'find'>
  readonly now: () => Instant
  readonly adminApiKey: string | undefined
}): Authenticator {
  const { access, users, now, adminApiKey } = dependencies
  const believed = new Map<
    string,
    { readonly identity: Promise<Identity | undefined>; readonly until: Instant }
  >()
  const cacheKey = ({ kind, secret }: Credentials) => `${kind}:${hashOf(secret).toString('base64')}`

  const byApiKey = async (secret: string): Promise<Identity | undefined> => {
    if (adminApiKey !== undefined && sameSecret(secret, adminApiKey)) {
      const administrator = await users.find(builtInAdministrator)
      return administrator === undefined ? undefined : configuredAdministrator(administrator.userId)
    }
    const key = await access.findApiKey(hashOf(secret), now())
    if (key === undefined) return undefined
    return {
      kind: 'api-key',
      userId: key.userId,
      username: key.name,
      displayName: key.name,
      grants: within(key.grants, key.role),
      ...(key.expiresAt === undefined ? {} : { expiresAt: key.expiresAt }),
    }
  }

  const bySession = async (secret: string): Promise<Identity | undefined> => {
    const hash = hashOf(secret)
    const session = await access.findSession(hash, now())
    if (session === undefined) return undefined
    const expiresAt = extendedExpiry(session, now())
    if (expiresAt !== undefined) await access.extendSession(hash, expiresAt)
    return sessionIdentity({ ...session, expiresAt: expiresAt ?? session.expiresAt }, secret)
  }

  return {
    identify(credentials) {
      const name = cacheKey(credentials)
      const remembered = believed.get(name)
      if (remembered !== undefined && remembered.until > now()) return remembered.identity
      const identity =
        credentials.kind === 'session' ? bySession(credentials.secret) : byApiKey(credentials.secret)
      if (believed.size >= capacity) believed.clear()
      believed.set(name, { identity, until: now() + believedMs })
      // Neither a failed query nor a refusal is worth remembering.
      identity.then(
        (found) => found === undefined && believed.delete(name),
        () => believed.delete(name),
      )
      return identity
    },
    forget: (credentials) => {
      believed.delete(cacheKey(credentials))
    },
    forgetAll: () => believed.clear(),
  }
}

const configuredAdministrator = (userId: string): Identity => ({
  kind: 'api-key',
  userId,
  username: 'BRAID_ADMIN_API_KEY',
  displayName: 'Administrator',
  grants: new Set(['*']),
})

/** What a key grants, as far as whoever made it still may. */
function within(grants: readonly string[], role: Role): ReadonlySet<string> {
  const most: ReadonlySet<string> = grantsOf(role)
  if (most.has('*')) return new Set(grants)
  return grants.includes('*') ? most : new Set(grants.filter((grant) => most.has(grant)))
}

export const sessionIdentity = (session: StoredSession, secret: string): Identity => ({
  kind: 'session',
  userId: session.userId,
  username: session.username,
  displayName: session.displayName,
  grants: grantsOf(session.role),
  role: session.role,
  ...(session.email === undefined ? {} : { email: session.email }),
  sessionId: session.sessionId,
  csrfToken: csrfTokenOf(secret),
  expiresAt: session.expiresAt,
})

/**
 * Finds out who sends a request, by API key or session. What was found is believed for two seconds, so that a busy
 * client costs one query in that time; revoked keys and ended sessions stop working within it on every node.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { AccessStore, StoredSession } from '../../store/access.ts'
import type { Identity } from '../identity.ts'
import { csrfTokenOf, hashOf, sameSecret } from '../secret.ts'
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
  readonly now: () => Instant
  readonly adminApiKey: string | undefined
}): Authenticator {
  const { access, now, adminApiKey } = dependencies
  const believed = new Map<
    string,
    { readonly identity: Promise<Identity | undefined>; readonly until: Instant }
  >()
  const cacheKey = ({ kind, secret }: Credentials) => `${kind}:${hashOf(secret).toString('base64')}`

  const byApiKey = async (secret: string): Promise<Identity | undefined> => {
    if (adminApiKey !== undefined && sameSecret(secret, adminApiKey)) return configuredAdministrator
    const key = await access.findApiKey(hashOf(secret), now())
    if (key === undefined) return undefined
    return {
      kind: 'api-key',
      username: key.name,
      displayName: key.name,
      grants: new Set(key.grants),
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

const configuredAdministrator: Identity = {
  kind: 'api-key',
  username: 'BRAID_ADMIN_API_KEY',
  displayName: 'Administrator',
  grants: new Set(['*']),
}

export const sessionIdentity = (session: StoredSession, secret: string): Identity => ({
  kind: 'session',
  username: session.username,
  displayName: session.displayName,
  grants: new Set(session.grants),
  csrfToken: csrfTokenOf(secret),
  expiresAt: session.expiresAt,
})

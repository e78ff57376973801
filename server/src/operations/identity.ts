/** Who asks for an operation, and what they may do. */
import type { Permission } from '@braid/contract/permission.ts'
import { grantsOf, type Role } from '@braid/contract/role.ts'
import type { Route, RoutePermission } from '@braid/contract/route.ts'
import type { Instant } from '@braid/core/base/instant.ts'

export type Identity = {
  readonly kind: 'session' | 'api-key'
  /** Of the account that acts, or that the API key belongs to: decimal digits. */
  readonly userId: string
  /** User name, or name of the API key. */
  readonly username: string
  readonly displayName: string
  /** Permissions, or `*`. */
  readonly grants: ReadonlySet<string>
  /** Of a session: the role of the account. */
  readonly role?: Role
  readonly email?: string
  readonly sessionId?: string
  /** Of a session: what its pages send back to prove that they made the request. */
  readonly csrfToken?: string
  readonly expiresAt?: Instant
}

export const holds = (identity: Identity, permission: Permission): boolean =>
  identity.grants.has('*') || identity.grants.has(permission)

/** Whether a route is open to somebody; nobody is signed in when `identity` is absent. */
export function permits(identity: Identity | undefined, permission: RoutePermission): boolean {
  if (permission === 'public') return true
  if (identity === undefined) return false
  return permission === 'signed-in' || holds(identity, permission)
}

/** Whether a request may come to a route. `registration`: whether strangers may make accounts. */
export function admits(
  identity: Identity | undefined,
  route: Pick<Route, 'permission' | 'anonymous'>,
  registration: 'closed' | 'open',
): boolean {
  if (identity === undefined && route.anonymous === 'registration') return registration === 'open'
  return permits(identity, route.permission)
}

/** Nobody hands out, or takes hold of, more than they have themselves. */
export const reaches = (identity: Identity, role: Role): boolean =>
  identity.grants.has('*') || [...grantsOf(role)].every((grant) => identity.grants.has(grant))

/** Who asks for an operation, and what they may do. */
import type { Permission } from '@braid/contract/permission.ts'
import type { RoutePermission } from '@braid/contract/route.ts'
import type { Instant } from '@braid/core/base/instant.ts'

export type Identity = {
  readonly kind: 'session' | 'api-key'
  /** User name, or name of the API key. */
  readonly username: string
  readonly displayName: string
  /** Permissions, or `*`. */
  readonly grants: ReadonlySet<string>
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

/**
 * Proofs that a request was made by Braid's own pages. Browsers attach cookies to requests that other sites make, so
 * an unsafe request by cookie must carry the session's token, which other sites cannot read, and must say by
 * Sec-Fetch-Site or Origin that it comes from here.
 */
import type { FastifyRequest } from 'fastify'
import type { Identity } from '../operations/identity.ts'
import { sameSecret } from '../operations/secret.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What is missing, as a sentence; undefined when the request may go on. */
export function csrfFlaw(request: FastifyRequest, identity: Identity): string | undefined {
  if (identity.kind !== 'session' || safeMethods.has(request.method)) return undefined
  if (!saysSameOrigin(request)) return 'expected Sec-Fetch-Site: same-origin or an Origin of this server'
  const token = request.headers['x-csrf-token']
  if (typeof token !== 'string') return 'expected the token of the session in the header x-csrf-token'
  return sameSecret(token, identity.csrfToken ?? '') ? undefined : 'x-csrf-token is not that of this session'
}

/** For requests without a session: refuses only what a browser says comes from another site. */
export const crossSite = (request: FastifyRequest): boolean =>
  (request.headers['sec-fetch-site'] !== undefined || request.headers.origin !== undefined) &&
  !saysSameOrigin(request)

/** By what browsers say and pages can't change. */
export function saysSameOrigin({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') return false
  if (headers.origin === undefined) return site === 'same-origin'
  const origin = URL.parse(headers.origin)
  // Parsed alike, so that case and default ports make no difference.
  return origin !== null && origin.host === URL.parse(`${origin.protocol}//${headers.host}`)?.host
}

/** Reads who a request claims to be from: an API key in a header, or the session cookie. */
import type { FastifyRequest } from 'fastify'
import type { Credentials } from '../operations/session/authenticate.ts'

export const sessionCookie = 'braid_session'

/** `malformed`: something was sent that is no credential of ours, which must not fall back to the cookie. */
export function credentialsOf(request: FastifyRequest): Credentials | 'malformed' | undefined {
  const apiKey = request.headers['x-api-key']
  if (apiKey !== undefined) return typeof apiKey === 'string' ? keyOf(apiKey) : 'malformed'
  const { authorization } = request.headers
  if (authorization !== undefined) return authorized(authorization)
  const secret = request.cookies[sessionCookie]
  return secret === undefined ? undefined : { kind: 'session', secret }
}

const keyOf = (secret: string): Credentials => ({ kind: 'api-key', secret })

/** `Bearer <key>`, or `Basic` with the key as password (RFC 6750, RFC 7617). */
function authorized(header: string): Credentials | 'malformed' {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) ([\w~+/.=-]+)$/i.exec(header) ?? []
  if (scheme.toLowerCase() === 'bearer') return keyOf(value)
  if (scheme.toLowerCase() !== 'basic') return 'malformed'
  const decoded = Buffer.from(value, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  return colon === -1 ? 'malformed' : keyOf(decoded.slice(colon + 1))
}

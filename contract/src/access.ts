import { z } from 'zod'
import { grant } from './permission.ts'
import { role } from './role.ts'
import { empty, json, route } from './route.ts'
import { dateTime, key, text } from './schema.ts'

/** Who is asking. */
export const session = z.object({
  /** `session`: a person in a browser; `api-key`: a program. */
  kind: z.enum(['session', 'api-key']),
  username: z.string(),
  displayName: z.string(),
  grants: z.array(grant),
  /** Of a person. */
  role: role.optional(),
  /** To be sent as `x-csrf-token` with every request that changes something; absent for API keys. */
  csrfToken: z.string().optional(),
  expiresAt: dateTime.optional(),
})
export type Session = z.output<typeof session>

/** Somewhere a person is signed in. */
export const openSession = z.object({
  sessionId: key,
  /** The one that asks. */
  current: z.boolean(),
  createdAt: dateTime,
  /** Moves on with use. */
  expiresAt: dateTime,
  /** What the browser said it is. */
  userAgent: z.string().optional(),
  address: z.string().optional(),
})
export type OpenSession = z.output<typeof openSession>

export const apiKey = z.object({
  apiKeyId: key,
  name: z.string(),
  grants: z.array(grant),
  createdAt: dateTime,
  createdBy: z.string(),
  expiresAt: dateTime.optional(),
  lastUsedAt: dateTime.optional(),
})
export type ApiKey = z.output<typeof apiKey>

const tag = 'Access'

export const accessRoutes = {
  getSession: route({
    method: 'GET',
    path: '/session',
    tag,
    summary: 'Who am I',
    permission: 'signed-in',
    surface: 'braid',
    response: json(session),
  }),
  createSession: route({
    method: 'POST',
    path: '/session',
    tag,
    summary:
      'Sign in with a user name and password, or the token of a one-time link; sets the session cookie',
    permission: 'public',
    surface: 'braid',
    body: z.union([
      z.strictObject({ token: text(200).min(1) }),
      // Bounded only: what is no name or password of anybody is refused like any other wrong one.
      z.strictObject({ username: text(256).min(1), password: text(200).min(1) }),
    ]),
    response: json(session),
  }),
  deleteSession: route({
    method: 'DELETE',
    path: '/session',
    tag,
    summary: 'Sign out',
    permission: 'signed-in',
    surface: 'braid',
    response: empty,
  }),
  getSignInOptions: route({
    method: 'GET',
    path: '/session/options',
    tag,
    summary: 'What a sign-in page may offer',
    permission: 'public',
    surface: 'braid',
    response: json(
      z.object({
        /** `open`: anybody may make an account with `POST /users`. */
        registration: z.enum(['closed', 'open']),
      }),
    ),
  }),
  listSessions: route({
    method: 'GET',
    path: '/sessions',
    tag,
    summary: 'Where I am signed in',
    permission: 'signed-in',
    surface: 'braid',
    response: json(z.object({ items: z.array(openSession) })),
  }),
  revokeSession: route({
    method: 'DELETE',
    path: '/sessions/{sessionId}',
    tag,
    summary: 'End a session of my own',
    permission: 'signed-in',
    surface: 'braid',
    params: z.object({ sessionId: key }),
    response: empty,
  }),
  createApiKey: route({
    method: 'POST',
    path: '/api-keys',
    tag,
    summary: 'Create an API key; its secret is shown this once',
    permission: 'api-key:create',
    surface: 'braid',
    body: z.strictObject({
      name: text(100).min(1),
      grants: z.array(grant).min(1).max(100),
      expiresAt: dateTime.optional(),
    }),
    response: json(apiKey.extend({ secret: z.string() }), 201),
  }),
  listApiKeys: route({
    method: 'GET',
    path: '/api-keys',
    tag,
    summary: 'List API keys, without secrets',
    permission: 'api-key:read',
    surface: 'braid',
    response: json(z.object({ items: z.array(apiKey) })),
  }),
  revokeApiKey: route({
    method: 'DELETE',
    path: '/api-keys/{apiKeyId}',
    tag,
    summary: 'Revoke an API key',
    permission: 'api-key:revoke',
    surface: 'braid',
    params: z.object({ apiKeyId: key }),
    response: empty,
  }),
} as const

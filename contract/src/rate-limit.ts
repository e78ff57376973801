/**
 * Rate limits: how many requests of a group of routes one user, or one address where nobody is signed in, may send.
 * Of the enabled rate limits that match a route, the one with the highest priority decides alone.
 */
import { z } from 'zod'
import { empty, json, route } from './route.ts'
import { dateTime, key, text } from './schema.ts'
import { username } from './user.ts'

export const rateLimitAlgorithms = ['sliding-window', 'token-bucket'] as const
export const rateLimitMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** A window keeps the time of each of its requests. */
export const maxRateLimitRequests = 10_000
export const maxRateLimitSeconds = 86_400
export const maxRateLimitPriority = 1_000
export const maxRateLimitMultiplier = 1_000
export const maxRateLimits = 100

/** Travels in a header, so no other characters. */
const name = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]*$/, { error: 'expected letters, digits, spaces and . _ - only' })

const requests = z.int().min(1).max(maxRateLimitRequests)

/**
 * Either all routes of a tag of the OpenAPI document, or those whose path begins with `pathPrefix`, whole segments only
 * and as the document says it (`/jobs/{jobKey}`); `/` is every route. With `method`, only those of that method.
 */
const target = z.union([
  z.strictObject({ tag: text(100).min(1) }),
  z.strictObject({
    pathPrefix: text(200).regex(/^\/[^\s?#]*$/, {
      error: 'expected the beginning of a path such as /jobs, without /api/v1',
    }),
    method: z.enum(rateLimitMethods).optional(),
  }),
])
export type RateLimitTarget = z.output<typeof target>

const content = {
  name,
  target,
  /**
   * `sliding-window`: at most `limit` requests in any `windowSeconds`. `token-bucket`: `burst` requests at once, given
   * back at the rate of `limit` in `windowSeconds`.
   */
  algorithm: z.enum(rateLimitAlgorithms),
  limit: requests,
  windowSeconds: z.int().min(1).max(maxRateLimitSeconds),
  /** Of a token bucket; as much as `limit` unless said. */
  burst: requests.optional(),
  enabled: z.boolean(),
  priority: z.int().min(0).max(maxRateLimitPriority),
}

export const rateLimit = z.object({
  rateLimitKey: key,
  ...content,
  /** What it matches, such as `POST /jobs/activation`, whether or not another one decides there. */
  routes: z.array(z.string()),
  createdAt: dateTime,
  updatedAt: dateTime,
})
export type RateLimit = z.output<typeof rateLimit>

/** Who counts: all nodes together in Redis, or each node for itself. As it is now: Redis may be away for a while. */
export const rateLimitScope = z.enum(['cluster', 'node'])

/** `rateLimitKey`: of that rate limit only, else of all. */
const only = { rateLimitKey: key.optional() }
export const rateLimitOverrideContent = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('bypass'), ...only }),
  z.strictObject({
    mode: z.literal('multiplier'),
    multiplier: z.number().min(0.01).max(maxRateLimitMultiplier),
    ...only,
  }),
  /** Also the size of a token bucket. */
  z.strictObject({ mode: z.literal('limit'), limit: requests, ...only }),
])
export type RateLimitOverrideContent = z.output<typeof rateLimitOverrideContent>

const rateLimitOverride = z.object({
  username: z.string(),
  override: rateLimitOverrideContent,
  updatedAt: dateTime,
})
export type RateLimitOverride = z.output<typeof rateLimitOverride>

const rateLimitUsage = z.object({
  rateLimitKey: key,
  name: z.string(),
  /** For this user, with what an override makes of it; absent: the user bypasses it. */
  limit: z.int().optional(),
  used: z.int(),
  remaining: z.int().optional(),
  /** Until one request more may be sent than now. */
  resetSeconds: z.int(),
})
export type RateLimitUsage = z.output<typeof rateLimitUsage>

const tag = 'Rate limits'
const ofRateLimit = z.object({ rateLimitKey: key })
const ofUser = z.object({ username })

export const rateLimitRoutes = {
  listRateLimits: route({
    method: 'GET',
    path: '/rate-limits',
    tag,
    summary: 'List rate limits, the highest priority first',
    permission: 'rate-limit:read',
    surface: 'braid',
    response: json(
      z.object({
        items: z.array(rateLimit),
        scope: rateLimitScope,
        /** False: this node limits nothing (BRAID_RATE_LIMITS). */
        active: z.boolean(),
      }),
    ),
  }),
  createRateLimit: route({
    method: 'POST',
    path: '/rate-limits',
    tag,
    summary: 'Add a rate limit; it acts on all nodes within seconds',
    permission: 'rate-limit:update',
    surface: 'braid',
    body: z.strictObject(content),
    response: json(rateLimit, 201),
  }),
  updateRateLimit: route({
    method: 'PATCH',
    path: '/rate-limits/{rateLimitKey}',
    tag,
    summary: 'Change, enable or disable a rate limit; what is not given stays',
    permission: 'rate-limit:update',
    surface: 'braid',
    params: ofRateLimit,
    body: z.strictObject({ ...content, burst: requests.nullable() }).partial(),
    response: json(rateLimit),
  }),
  deleteRateLimit: route({
    method: 'DELETE',
    path: '/rate-limits/{rateLimitKey}',
    tag,
    summary: 'Delete a rate limit, with the overrides that are for it only',
    permission: 'rate-limit:update',
    surface: 'braid',
    params: ofRateLimit,
    response: empty,
  }),
  listRateLimitOverrides: route({
    method: 'GET',
    path: '/rate-limits/overrides',
    tag,
    summary: 'List overrides, by user name',
    permission: 'rate-limit:read',
    surface: 'braid',
    response: json(z.object({ items: z.array(rateLimitOverride) })),
  }),
  getRateLimitOverride: route({
    method: 'GET',
    path: '/rate-limits/overrides/{username}',
    tag,
    summary: 'Get the override of a user',
    permission: 'rate-limit:read',
    surface: 'braid',
    params: ofUser,
    response: json(rateLimitOverride),
  }),
  setRateLimitOverride: route({
    method: 'PUT',
    path: '/rate-limits/overrides/{username}',
    tag,
    summary: 'Give a user another limit, a multiple of the limits, or none at all',
    permission: 'rate-limit:update',
    surface: 'braid',
    params: ofUser,
    body: rateLimitOverrideContent,
    response: json(rateLimitOverride),
  }),
  deleteRateLimitOverride: route({
    method: 'DELETE',
    path: '/rate-limits/overrides/{username}',
    tag,
    summary: 'Remove the override of a user',
    permission: 'rate-limit:update',
    surface: 'braid',
    params: ofUser,
    response: empty,
  }),
  getRateLimitUsage: route({
    method: 'GET',
    path: '/rate-limits/usage/{username}',
    tag,
    summary: 'What a user has used of each enabled rate limit that counts users',
    permission: 'rate-limit:read',
    surface: 'braid',
    params: ofUser,
    response: json(
      z.object({
        username: z.string(),
        items: z.array(rateLimitUsage),
        /** `node`: what the node that answers has counted. */
        scope: rateLimitScope,
        override: rateLimitOverrideContent.optional(),
      }),
    ),
  }),
  resetRateLimitUsage: route({
    method: 'DELETE',
    path: '/rate-limits/usage/{username}',
    tag,
    summary: 'Forget what a user has used',
    permission: 'rate-limit:update',
    surface: 'braid',
    params: ofUser,
    response: empty,
  }),
  resetAllRateLimitUsage: route({
    method: 'DELETE',
    path: '/rate-limits/usage',
    tag,
    summary: 'Forget what all users and addresses have used',
    permission: 'rate-limit:update',
    surface: 'braid',
    response: empty,
  }),
} as const

/** Counts requests against rate limits, says so in headers, and refuses what is too much. */
import type { OperationId } from '@braid/contract/routes.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../operations/operation.ts'
import type { Refusal } from '../operations/refusal.ts'
import { addressGroup } from '../rate-limits/address-group.ts'
import type { Allowance } from '../rate-limits/count.ts'
import type { Requester, Verdict } from '../rate-limits/rate-limits.ts'

/** Undefined: the request may go on. */
export async function rateLimitFlaw(
  { rateLimits, now }: Pick<Context, 'rateLimits' | 'now'>,
  id: OperationId,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Refusal | undefined> {
  const taken = rateLimits.take(id, requesterOf(request))
  if (taken === undefined) return undefined
  const verdict = await taken
  reply.headers(headersOf(verdict, now()))
  if (verdict.allowed) return undefined
  const detail = `the rate limit "${verdict.name}" lets ${inWords(verdict.allowance)}`
  return { code: 'TOO_MANY_REQUESTS', detail, retryAfter: Math.max(1, secondsOf(verdict)) }
}

const requesterOf = ({ caller, ip }: FastifyRequest): Requester =>
  caller.identity === undefined ? { address: addressGroup(ip) } : { userId: caller.identity.userId }

/** Times are fractions of milliseconds, whose sums are a little off: 2000.0000000002 ms are two seconds. */
const secondsOf = ({ resetMs }: Verdict): number => Math.ceil(Math.round(resetMs) / 1000)

function inWords({ algorithm, size, seconds }: Allowance): string {
  const requests = `${size} request${size === 1 ? '' : 's'}`
  return algorithm === 'sliding-window'
    ? `${requests} pass in any ${seconds} s`
    : `${requests} pass at once, and as many more over ${Math.ceil(seconds)} s`
}

/**
 * `RateLimit` and `RateLimit-Policy` as in draft-ietf-httpapi-ratelimit-headers-11, the three of its drafts up to 06, which
 * many clients know, and those with `X-`, whose reset is a time (Unix seconds).
 */
function headersOf(verdict: Verdict, now: number): Record<string, string | number> {
  const { name, allowance, used } = verdict
  const { size } = allowance
  const [remaining, seconds] = [size - used, secondsOf(verdict)]
  return {
    ratelimit: `"${name}";r=${remaining};t=${seconds}`,
    'ratelimit-policy': `"${name}";q=${size};w=${Math.ceil(allowance.seconds)}`,
    'ratelimit-limit': size,
    'ratelimit-remaining': remaining,
    'ratelimit-reset': seconds,
    'x-ratelimit-limit': size,
    'x-ratelimit-remaining': remaining,
    'x-ratelimit-reset': Math.ceil((now + verdict.resetMs) / 1000),
  }
}

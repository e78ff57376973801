/**
 * `count.ts` in Lua, so that counting and deciding are one step in Redis, by its clock. What the library hands over:
 * KEYS[1], ARGV[1] requests (0 only looks), ARGV[2] seconds to keep the key, ARGV[3] size, ARGV[4] seconds of the
 * allowance. What it takes back: how many are used, more than the size when there was no room, and the milliseconds until
 * one request more may be sent.
 */
import type { Allowance } from './count.ts'

/** A list of times in microseconds, oldest first. */
const slidingWindow = `
local time = redis.call('time')
local now = time[1] * 1000000 + time[2]
local requests, size, window = tonumber(ARGV[1]), tonumber(ARGV[3]), ARGV[4] * 1000000
local oldest = redis.call('lindex', KEYS[1], 0)
while oldest and tonumber(oldest) <= now - window do
  redis.call('lpop', KEYS[1])
  oldest = redis.call('lindex', KEYS[1], 0)
end
local used = redis.call('llen', KEYS[1])
local refused = requests > 0 and used + requests > size
if requests > 0 and not refused then
  redis.call('rpush', KEYS[1], string.format('%.0f', now))
  redis.call('expire', KEYS[1], ARGV[2])
  used = used + requests
end
local reset = 0
local first = redis.call('lindex', KEYS[1], math.max(0, used - size))
if first then reset = math.ceil((first + window - now) / 1000) end
if refused then return {size + requests, reset} end
return {math.min(used, size), reset}
`

/** The time when the bucket is full again, in milliseconds. */
const tokenBucket = `
local time = redis.call('time')
local now = time[1] * 1000 + time[2] / 1000
local requests, size, rounding = tonumber(ARGV[1]), tonumber(ARGV[3]), 0.000001
local perRequest = ARGV[4] * 1000 / size
local fullAt = tonumber(redis.call('get', KEYS[1]) or 0)
local missing = math.max(0, fullAt - now) / perRequest
local refused = requests > 0 and missing + requests > size + rounding
if requests > 0 and not refused then
  missing = missing + requests
  redis.call('set', KEYS[1], string.format('%.17g', now + missing * perRequest), 'EX', ARGV[2])
end
local used = math.max(0, math.min(size, math.ceil(missing - rounding)))
local reset = 0
if used > 0 then reset = math.ceil(math.max(0, (missing - used + 1) * perRequest)) end
if refused then return {size + requests, reset} end
return {used, reset}
`

export const scriptOf = ({ algorithm }: Allowance): string =>
  algorithm === 'sliding-window' ? slidingWindow : tokenBucket

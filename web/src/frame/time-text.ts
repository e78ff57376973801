/** Times and durations as people say them. All in milliseconds. */

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** "now", "12 s ago", "3 min ago", "5 h ago", "4 d ago"; "in 3 min" for the future. */
export function relativeText(at: number, now: number): string {
  const distance = Math.abs(now - at)
  if (distance < 2 * second) return 'now'
  const text = roughText(distance)
  return at > now ? `in ${text}` : `${text} ago`
}

function roughText(ms: number): string {
  if (ms < minute) return `${Math.floor(ms / second)} s`
  if (ms < hour) return `${Math.floor(ms / minute)} min`
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h`
  return `${Math.floor(ms / day)} d`
}

/** "340 ms", "4.2 s", "3 min 5 s", "2 h 10 min", "3 d 4 h": two units at most. */
export function durationText(ms: number): string {
  if (ms < second) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 10 * second) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`
  if (ms < minute) return `${Math.floor(ms / second)} s`
  const [big, small, bigName, smallName] =
    ms < hour ? [minute, second, 'min', 's'] : ms < day ? [hour, minute, 'h', 'min'] : [day, hour, 'd', 'h']
  const rest = Math.floor((ms % big) / small)
  return `${Math.floor(ms / big)} ${bigName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`
}

/** A date with time and zone in the reader's own way of writing. */
export function exactText(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' })
}

/** A count that the server stops at: "10,000+". */
export function countText(count: number, hasMore = false): string {
  return `${count.toLocaleString()}${hasMore ? '+' : ''}`
}

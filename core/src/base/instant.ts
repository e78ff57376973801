/** A point in time: milliseconds since 1970-01-01T00:00:00Z. Always an argument, never read from the host in core. */
export type Instant = number

/** What the process in a run's pod writes to its log (`supervisor.pl`), read back. */

export type Channel = 'stdout' | 'stderr' | 'result'

/** `order`: its node was told to end the pod. */
export type EndedBy = 'itself' | 'deadline' | 'order'

/** How the script went, as process 1 of its container saw it. */
export type End = {
  readonly exitCode: number
  readonly endedBy: EndedBy
  readonly outOfMemory: boolean
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakMemoryBytes: number
  readonly outputBytes: number
}

export type Frame =
  | { readonly kind: 'start' }
  | { readonly kind: 'data'; readonly channel: Channel; readonly data: Buffer }
  | { readonly kind: 'end'; readonly end: End }

/** What one line of the log brought that no line before it had. */
export type News = {
  /** Bytes that were written before it and are in the log no more: it is kept up to a size only. */
  readonly lostBytes: number
  readonly frame?: Frame
  /** A line that is no frame: what the container says when the script could not start. */
  readonly text?: string
}

export type FrameReader = {
  /** One line with the time that Kubernetes puts before it; undefined: nothing new. */
  read(line: string): News | undefined
  /** Whole second of the last line, from which on the log is to be read again; undefined: from its beginning. */
  since(): string | undefined
}

const enders: readonly EndedBy[] = ['itself', 'deadline', 'order']
const channels: Readonly<Record<string, Channel>> = { o: 'stdout', e: 'stderr', r: 'result' }

/** Lines may come again after the connection was lost; each is taken once. */
export function createFrameReader(nonce: string): FrameReader {
  let offset = 0
  let last: Stamp | undefined
  let ended = false
  let started = false

  const newFrame = (position: number, kind: string, data: Buffer): News | undefined => {
    const channel = channels[kind]
    if (position < offset || (position === offset && kind === 's' && started)) return undefined
    const lostBytes = position - offset
    offset = position
    if (channel !== undefined) {
      offset += data.length
      return { lostBytes, frame: { kind: 'data', channel, data } }
    }
    if (kind === 's') {
      started = true
      return { lostBytes, frame: { kind: 'start' } }
    }
    const end = readEnd(data.toString())
    if (kind !== 'x' || end === undefined || ended) return undefined
    ended = true
    return { lostBytes, frame: { kind: 'end', end } }
  }

  return {
    since: () => last?.second,
    read: (line) => {
      const space = line.indexOf(' ')
      const stamp = readStamp(line.slice(0, space))
      if (stamp === undefined) return undefined
      const before = last
      if (before === undefined || isLater(stamp, before)) last = stamp
      const content = line.slice(space + 1)
      const [word, position, kind, data, ...rest] = content.split(' ')
      if (word === nonce && /^\d+$/.test(position ?? '') && rest.length === 0)
        return newFrame(Number(position), kind ?? '', Buffer.from(data ?? '', 'base64'))
      const isNew = before === undefined || isLater(stamp, before)
      return isNew ? { lostBytes: 0, text: `${content}\n` } : undefined
    },
  }
}

function readEnd(text: string): End | undefined {
  const fields = text.split(' ').map(Number)
  if (fields.length !== 7 || fields.some((field) => !Number.isSafeInteger(field))) return undefined
  const [exitCode, ender, outOfMemory, wallMs, cpuMs, peakMemoryBytes, outputBytes] = fields as Fields
  const endedBy = enders[ender]
  if (endedBy === undefined) return undefined
  return {
    exitCode,
    endedBy,
    outOfMemory: outOfMemory === 1,
    wallMs,
    cpuMs,
    peakMemoryBytes,
    outputBytes,
  }
}

type Fields = [number, number, number, number, number, number, number]

type Stamp = { readonly second: string; readonly nanoseconds: string }

/** RFC 3339 with up to nine places after the second, without the zeros at the end. */
function readStamp(text: string): Stamp | undefined {
  const [, second, fraction = '', zone] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? []
  if (second === undefined || zone === undefined) return undefined
  return { second: second + zone, nanoseconds: fraction.padEnd(9, '0') }
}

const isLater = (one: Stamp, other: Stamp): boolean =>
  one.second === other.second ? one.nanoseconds > other.nanoseconds : one.second > other.second

/** UTF-8 that comes in pieces: where its characters begin and end. */

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80

/** Bytes of a character that begins so. */
const lengthFrom = (lead: number): number => (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1)

/** How many bytes at the end wait for more of their character: at most three. */
function incompleteBytes(data: Buffer): number {
  for (let back = 1; back <= Math.min(3, data.length); back++) {
    const byte = data[data.length - back] as number
    if (!isContinuation(byte)) return lengthFrom(byte) > back ? back : 0
  }
  return 0
}

/** From the first byte on that may begin a character. */
export function withoutContinuation(data: Buffer): Buffer {
  let from = 0
  while (from < Math.min(3, data.length) && isContinuation(data[from] as number)) from += 1
  return data.subarray(from)
}

export type WholeCharacters<Source> = {
  /** What came so far and was not given yet, but a character that has only begun; of `data`, nothing is kept. */
  of(source: Source, data: Buffer): Buffer
  /** Characters that have only begun, by source; they are forgotten. */
  rest(): readonly (readonly [Source, Buffer])[]
}

/** Of several sources, each with characters of its own. */
export function createWholeCharacters<Source>(): WholeCharacters<Source> {
  const begun = new Map<Source, Buffer>()
  return {
    of: (source, data) => {
      const before = begun.get(source)
      const all = before === undefined ? data : Buffer.concat([before, data])
      const whole = all.subarray(0, all.length - incompleteBytes(all))
      if (whole.length < all.length) begun.set(source, Buffer.from(all.subarray(whole.length)))
      else begun.delete(source)
      return whole
    },
    rest: () => {
      const left = [...begun]
      begun.clear()
      return left
    },
  }
}

import { RE2JS } from 're2js'

/** A pattern with back-references, taken apart. */
export type PatternNode =
  | { readonly kind: 'character'; readonly accepts: (character: string) => boolean }
  | { readonly kind: 'reference'; readonly group: number }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'group'; readonly group: number; readonly body: PatternNode }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | {
      readonly kind: 'repeat'
      readonly body: PatternNode
      readonly min: number
      readonly max: number
      readonly lazy: boolean
    }

/** Groups in groups; nobody nests deeper. */
const depthLimit = 50

const quantifier = /(?:([*+?])|\{(\d{1,3})(,?)(\d{0,3})\})(\??)/y
/** A class, an escape or a single character. */
const atom = /\[(?:\\.|[^\]\\])+\]|\\[pPx]\{[^}]*\}|\\[^\d]|[^\\[\](){}|*+?^$]/suy
const reference = /\\([1-9]\d?)/y

/** Whether a pattern refers back to a group; inside of a class there are no references. */
export const hasReference = (pattern: string): boolean =>
  /\\[1-9]/.test(pattern.replace(/\\\D|\[(?:\\.|[^\]\\])*\]/gs, ''))

class PatternReader {
  readonly #source: string
  readonly #bits: number
  #at = 0
  #opened = 0
  readonly #closed = new Set<number>()
  readonly #known = new Map<string, (character: string) => boolean>()

  constructor(source: string, bits: number) {
    this.#source = source
    this.#bits = bits
  }

  get groups(): number {
    return this.#opened
  }

  /** Undefined when the text is no such pattern. */
  read(): PatternNode | undefined {
    const node = this.#choice(0)
    return this.#at === this.#source.length ? node : undefined
  }

  #choice(depth: number): PatternNode | undefined {
    if (depth > depthLimit) return undefined
    const options: PatternNode[] = []
    do {
      const option = this.#sequence(depth)
      if (option === undefined) return undefined
      options.push(option)
    } while (this.#take('|'))
    return options.length === 1 ? options[0] : { kind: 'choice', options }
  }

  #sequence(depth: number): PatternNode | undefined {
    const parts: PatternNode[] = []
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at]!)) {
      const part = this.#repeated(depth)
      if (part === undefined) return undefined
      parts.push(part)
    }
    return { kind: 'sequence', parts }
  }

  #repeated(depth: number): PatternNode | undefined {
    const body = this.#single(depth)
    if (body === undefined) return undefined
    const found = this.#match(quantifier)
    if (found === undefined) return body
    const [, sign, low = '', comma, high = '', lazy] = found
    const min = sign === undefined ? Number(low) : sign === '+' ? 1 : 0
    const bounded = comma === '' ? min : high === '' ? Number.POSITIVE_INFINITY : Number(high)
    const max = sign === undefined ? bounded : sign === '?' ? 1 : Number.POSITIVE_INFINITY
    return max < min ? undefined : { kind: 'repeat', body, min, max, lazy: lazy === '?' }
  }

  #single(depth: number): PatternNode | undefined {
    if (this.#take('(?:')) return this.#close(this.#choice(depth + 1))
    if (this.#take('(')) {
      this.#opened++
      const group = this.#opened
      const body = this.#close(this.#choice(depth + 1))
      this.#closed.add(group)
      return body === undefined ? undefined : { kind: 'group', group, body }
    }
    if (this.#take('^')) return { kind: 'start' }
    if (this.#take('$')) return { kind: 'end' }
    return this.#reference() ?? this.#character()
  }

  #close(body: PatternNode | undefined): PatternNode | undefined {
    return this.#take(')') ? body : undefined
  }

  /** Of two digits only the first counts when there are fewer groups; a group must be closed before. */
  #reference(): PatternNode | undefined {
    const from = this.#at
    const digits = this.#match(reference)?.[1]
    if (digits === undefined) return undefined
    const group = Number(digits) > this.#opened ? Number(digits[0]) : Number(digits)
    this.#at = from + 1 + String(group).length
    if (this.#closed.has(group)) return { kind: 'reference', group }
    this.#at = from
    return undefined
  }

  #character(): PatternNode | undefined {
    const text = this.#match(atom)?.[0]
    if (text === undefined) return undefined
    const accepts = this.#known.get(text) ?? acceptorOf(text, this.#bits)
    if (accepts === undefined) return undefined
    this.#known.set(text, accepts)
    return { kind: 'character', accepts }
  }

  #take(sign: string): boolean {
    if (!this.#source.startsWith(sign, this.#at)) return false
    this.#at += sign.length
    return true
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)
    if (found === null) return undefined
    this.#at = pattern.lastIndex
    return found
  }
}

/** Whether a character is one that an atom stands for, as the linear-time engine has it. */
function acceptorOf(text: string, bits: number): ((character: string) => boolean) | undefined {
  try {
    const compiled = RE2JS.compile(text, bits)
    const known = new Map<string, boolean>()
    return (character) => {
      const answer = known.get(character) ?? compiled.matches(character)
      if (known.size < 1_000) known.set(character, answer)
      return answer
    }
  } catch {
    // The library reports an atom that it can't read by throwing.
    return undefined
  }
}

/** Takes a pattern of the engine's syntax apart, with the number of its groups; undefined when it is none. */
export function readPattern(
  source: string,
  bits: number,
): { readonly node: PatternNode; readonly groups: number } | undefined {
  const reader = new PatternReader(source, bits)
  const node = reader.read()
  return node === undefined ? undefined : { node, groups: reader.groups }
}

/**
 * Matching with back-references (XPath 3.1 §5.6.1), which no engine does in linear time. The pattern becomes a program for a
 * machine that goes back to the last choice when it fails, on a stack of its own. Each of its steps is paid for, so what
 * takes too long ends at a limit like any other evaluation.
 */
import type { Run } from '../run.ts'
import type { PatternNode } from './back-reference-pattern.ts'

type Instruction =
  | { readonly op: 'character'; readonly accepts: (character: string) => boolean }
  | { readonly op: 'reference'; readonly group: number }
  | { readonly op: 'start' | 'end' }
  | { readonly op: 'match' }
  /** Keeps the place in the text. */
  | { readonly op: 'keep'; readonly slot: number }
  /** Goes on only when the text went on since the slot was kept: a loop over nothing would have no end. */
  | { readonly op: 'progress'; readonly slot: number }
  /** Tries the first, later the second. */
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }

/** Slots 2n and 2n+1 hold where group n starts and ends; those of loops come behind. */
export type ReferenceProgram = { readonly code: readonly Instruction[]; readonly slots: number }

/** Instructions of one program; repetitions are written out. */
const programLimit = 5_000

type Split = Extract<Instruction, { readonly op: 'split' }>

class ProgramWriter {
  readonly code: Instruction[] = []
  slots: number

  constructor(groups: number) {
    this.slots = 2 * (groups + 1)
  }

  write(node: PatternNode): void {
    if (this.code.length > programLimit) return
    switch (node.kind) {
      case 'character':
        this.code.push({ op: 'character', accepts: node.accepts })
        break
      case 'reference':
        this.code.push({ op: 'reference', group: node.group })
        break
      case 'group':
        this.code.push({ op: 'keep', slot: 2 * node.group })
        this.write(node.body)
        this.code.push({ op: 'keep', slot: 2 * node.group + 1 })
        break
      case 'sequence':
        for (const part of node.parts) this.write(part)
        break
      case 'choice':
        this.#writeChoice(node.options)
        break
      case 'repeat':
        this.#writeRepeat(node)
        break
      default:
        this.code.push({ op: node.kind })
    }
  }

  #writeChoice(options: readonly PatternNode[]): void {
    const jumps: { to: number }[] = []
    for (const [index, option] of options.entries()) {
      if (index === options.length - 1) {
        this.write(option)
        break
      }
      const jump = { op: 'jump' as const, to: 0 }
      const split = this.#writeOptional(false, () => {
        this.write(option)
        this.code.push(jump)
      })
      jumps.push(jump)
      this.#leave(split, false)
    }
    for (const jump of jumps) jump.to = this.code.length
  }

  #writeRepeat({ body, min, max, lazy }: Extract<PatternNode, { kind: 'repeat' }>): void {
    for (let times = 0; times < min; times++) this.write(body)
    if (max === Number.POSITIVE_INFINITY) {
      const slot = this.slots++
      const start = this.code.length
      const split = this.#writeOptional(lazy, () => {
        this.code.push({ op: 'keep', slot })
        this.write(body)
        this.code.push({ op: 'progress', slot }, { op: 'jump', to: start })
      })
      this.#leave(split, lazy)
      return
    }
    const splits: Split[] = []
    for (let times = min; times < max; times++) {
      splits.push(this.#writeOptional(lazy, () => this.write(body)))
    }
    for (const split of splits) this.#leave(split, lazy)
  }

  /** What may be left out; lazily, leaving it out is tried first. */
  #writeOptional(lazy: boolean, writeBody: () => void): Split {
    const inside = this.code.length + 1
    const split: Split = { op: 'split', first: lazy ? 0 : inside, second: lazy ? inside : 0 }
    this.code.push(split)
    writeBody()
    return split
  }

  /** Leaving out goes on here. */
  #leave(split: Split, lazy: boolean): void {
    if (lazy) split.first = this.code.length
    else split.second = this.code.length
  }
}

/** The program of a pattern; undefined when it would be too large. */
export function compileReferences(node: PatternNode, groups: number): ReferenceProgram | undefined {
  const writer = new ProgramWriter(groups)
  writer.write(node)
  const code: readonly Instruction[] = [...writer.code, { op: 'match' }]
  return code.length > programLimit ? undefined : { code, slots: writer.slots }
}

type Flags = { readonly ignoreCase: boolean; readonly multiLine: boolean }

/** Places to go back to, of one match. */
const choicesLimit = 50_000

/** A place to go back to. */
type Choice = { readonly at: number; readonly place: number; readonly slots: readonly number[] }

/** Whether the pattern matches anywhere in the text; null when the run has to stop. */
export function findsReferences(
  program: ReferenceProgram,
  text: string,
  flags: Flags,
  run: Run,
): boolean | null {
  for (let place = 0; place <= text.length; place++) {
    const found = matchesAt(program, text, place, flags, run)
    if (found !== false) return found
  }
  return false
}

function matchesAt(
  { code, slots }: ReferenceProgram,
  text: string,
  start: number,
  flags: Flags,
  run: Run,
): boolean | null {
  const choices: Choice[] = [{ at: 0, place: start, slots: new Array<number>(slots).fill(-1) }]
  for (let choice = choices.pop(); choice !== undefined; choice = choices.pop()) {
    let { at, place } = choice
    const kept = [...choice.slots]
    for (;;) {
      if (!run.spend(1)) return null
      const instruction = code[at]!
      at++
      if (instruction.op === 'match') return true
      if (instruction.op === 'split') {
        if (choices.length >= choicesLimit) return run.fail('REGEX_LIMIT', 'The pattern goes back too often')
        choices.push({ at: instruction.second, place, slots: [...kept] })
        at = instruction.first
      } else if (instruction.op === 'jump') at = instruction.to
      else if (instruction.op === 'keep') kept[instruction.slot] = place
      else {
        const next = step(instruction, text, place, kept, flags)
        if (next === undefined) break
        place = next
      }
    }
  }
  return false
}

type Step = Exclude<Instruction, { readonly op: 'match' | 'split' | 'jump' | 'keep' }>

/** The place in the text behind what an instruction reads; undefined when it is not there. */
function step(
  instruction: Step,
  text: string,
  place: number,
  kept: readonly number[],
  { ignoreCase, multiLine }: Flags,
): number | undefined {
  switch (instruction.op) {
    case 'start':
      return place === 0 || (multiLine && text[place - 1] === '\n') ? place : undefined
    case 'end':
      return place === text.length || (multiLine && text[place] === '\n') ? place : undefined
    case 'progress':
      return place > (kept[instruction.slot] ?? 0) ? place : undefined
    case 'character': {
      const point = text.codePointAt(place)
      if (point === undefined) return undefined
      const character = String.fromCodePoint(point)
      return instruction.accepts(character) ? place + character.length : undefined
    }
    case 'reference': {
      // A group that took no part stands for nothing.
      const [from = -1, to = -1] = kept.slice(2 * instruction.group, 2 * instruction.group + 2)
      const wanted = to < from || from < 0 ? '' : text.slice(from, to)
      const got = text.slice(place, place + wanted.length)
      const same = ignoreCase ? got.toLowerCase() === wanted.toLowerCase() : got === wanted
      return same ? place + wanted.length : undefined
    }
  }
}

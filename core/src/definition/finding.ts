/** What is wrong, or only noteworthy, in a definition, whatever its language. */

type Severity = 'error' | 'warning'

export type FindingOf<Code extends string> = {
  readonly severity: Severity
  readonly code: Code
  /** What was expected and what came. */
  readonly message: string
  /** The element, or the nearest one around it that has an id. */
  readonly elementId?: string
  /** From 1. */
  readonly line?: number
  /** From 1. */
  readonly column?: number
}

/** About a list of findings. */
export type ListCode =
  /** More findings than are worth listing. */
  'TOO_MANY_FINDINGS'

/** An element of a tree; the nearest id says where it is. */
type Placed = { readonly id?: unknown; readonly $parent?: Placed | undefined }

/** Where in the text an id was declared; the second place matters for duplicates. */
export type Position = { readonly line: number; readonly column: number }
export type Positions = { find(id: string, occurrence: 'first' | 'last'): Position | undefined }

/** Of each severity; more would hide the first ones, and make an answer out of bounds. */
const maxFindings = 100

/** Collects findings and places them in the text. */
export class FindingLogOf<Code extends string> {
  readonly #positions: Positions
  readonly #errors: FindingOf<Code | ListCode>[] = []
  readonly #warnings: FindingOf<Code | ListCode>[] = []
  readonly #said = new Set<string>()
  #dropped = 0

  constructor(positions: Positions) {
    this.#positions = positions
  }

  get failed(): boolean {
    return this.#errors.length > 0
  }

  /** `at`: an id, or an element that has one or lies in one that has. */
  error(code: Code, at: Placed | string | undefined, message: string): void {
    this.#place('error', code, at, message)
  }

  warning(code: Code, at: Placed | string | undefined, message: string): void {
    this.#place('warning', code, at, message)
  }

  /** Only the first of all warnings with the same message, for what repeats at every element. */
  warningOnce(code: Code, at: Placed | undefined, message: string): void {
    if (this.#said.has(message)) return
    this.#said.add(message)
    this.warning(code, at, message)
  }

  add(finding: FindingOf<Code>): void {
    const found = finding.severity === 'error' ? this.#errors : this.#warnings
    if (found.length < maxFindings) found.push(finding)
    else this.#dropped += 1
  }

  /** Errors first, each kind in the order found. */
  all(): readonly FindingOf<Code | ListCode>[] {
    const all = [...this.#errors, ...this.#warnings]
    if (this.#dropped === 0) return all
    const message = `expected at most ${maxFindings} findings of each severity, ${this.#dropped} more were left out`
    return [...all, { severity: this.failed ? 'error' : 'warning', code: 'TOO_MANY_FINDINGS', message }]
  }

  #place(severity: Severity, code: Code, at: Placed | string | undefined, message: string): void {
    const elementId = typeof at === 'string' ? at : nearestId(at)
    const occurrence = code === 'DUPLICATE_ID' ? 'last' : 'first'
    const position = elementId === undefined ? undefined : this.#positions.find(elementId, occurrence)
    this.add({ severity, code, message, ...(elementId !== undefined && { elementId }), ...position })
  }
}

function nearestId(element: Placed | undefined): string | undefined {
  for (let at = element; at !== undefined; at = at.$parent) {
    if (typeof at.id === 'string') return at.id
  }
  return undefined
}

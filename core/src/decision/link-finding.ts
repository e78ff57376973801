/** What linking has to say about a model: faults that only show when names, types and expressions come together. */
export type LinkFinding = {
  readonly code: 'INVALID_EXPRESSION' | 'UNKNOWN_TYPE' | 'CYCLIC_TYPE'
  /** Position of the file in the model. */
  readonly file: number
  /** The nearest element with an id. */
  readonly elementId: string | undefined
  readonly message: string
}

export type Report = (finding: LinkFinding) => void

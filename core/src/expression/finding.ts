/** Why a source is no expression: a stable code, a sentence, and where (an offset in characters). */
export type ExpressionFinding = {
  readonly code: string
  readonly message: string
  readonly position?: number
}

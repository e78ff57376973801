import type { Instant } from '../base/instant.ts'
import { limits } from '../base/limits.ts'

export type EvaluationError = {
  readonly code: 'FUEL_EXHAUSTED' | 'SIZE_LIMIT' | 'REGEX_LIMIT' | 'EVALUATION_ERROR'
  readonly message: string
}

/**
 * One evaluation, of one expression or of all that make up a decision: what it may still spend and what it noticed. The first failure is kept and ends the evaluation: loops and calls look
 * at it and stop, so nothing has to be thrown through the closures.
 */
export class Run {
  readonly now: Instant
  failure: EvaluationError | null = null
  /** Why parts became null: a sentence each, in the order in which it happened. */
  readonly warnings: string[] = []
  #steps = 0
  #nesting = 0

  constructor(now: Instant) {
    this.now = now
  }

  /** Takes `steps` from the fuel; `false` when the evaluation has to stop. */
  spend(steps: number): boolean {
    this.#steps += steps
    if (this.#steps > limits.expressionSteps) {
      this.fail('FUEL_EXHAUSTED', `The expression needs more than ${limits.expressionSteps} steps`)
    }
    return this.failure === null
  }

  /** Allows a value of `size` items or characters and takes the work of building it from the fuel. */
  allow(size: number): boolean {
    if (size > limits.expressionValueSize) {
      this.fail('SIZE_LIMIT', `The expression makes a value larger than ${limits.expressionValueSize}`)
      return false
    }
    return this.spend(1 + (size >>> 6))
  }

  /** Enters a function body of `height` nested closures; `false` when that would nest too deeply. */
  enter(height: number): boolean {
    if (this.failure !== null) return false
    if (this.#nesting + height > limits.expressionCalls) {
      this.fail('FUEL_EXHAUSTED', 'The functions of the expression call each other too deeply')
      return false
    }
    this.#nesting += height
    return true
  }

  leave(height: number): void {
    this.#nesting -= height
  }

  /** Notes why a part of the expression is null, and gives that null. The evaluation goes on. */
  warn(message: string): null {
    if (this.warnings.length < limits.expressionWarnings) this.warnings.push(message)
    return null
  }

  /** Records why the evaluation stops and gives the null to return meanwhile. */
  fail(code: EvaluationError['code'], message: string): null {
    this.failure ??= { code, message }
    return null
  }
}

import type { Evaluate } from './scope.ts'

/**
 * Three-valued logic (DMN 1.5 table 38): an operand that decides wins even beside null; everything that is no boolean
 * counts as null.
 */
export function compileLogic(kind: 'and' | 'or', operands: readonly Evaluate[]): Evaluate {
  const decisive = kind === 'or'
  return (environment) => {
    let unknown = false
    for (const operand of operands) {
      const value = operand(environment)
      if (value === decisive) return decisive
      if (value !== !decisive) unknown = true
    }
    return unknown ? null : !decisive
  }
}

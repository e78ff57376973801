import type { Run } from './run.ts'
import type { TypeReference } from './syntax.ts'
import { type Arguments, FunctionValue, type Value } from './values.ts'

/** A function that says what it takes; null is a parameter without a type. */
export class TypedFunction extends FunctionValue {
  readonly parameterTypes: readonly (TypeReference | null)[]

  constructor(parameterTypes: readonly (TypeReference | null)[], call: (args: Arguments, run: Run) => Value) {
    super(parameterTypes.length, call)
    this.parameterTypes = parameterTypes
  }
}

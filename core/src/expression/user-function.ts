import type { Run } from './run.ts'
import type { TypeReference } from './syntax.ts'
import { coerce } from './type-check.ts'
import { TypedFunction } from './typed-function.ts'
import type { Arguments, FunctionValue, Value } from './values.ts'

/** A parameter with its type; null takes any value. */
export type FunctionParameter = { readonly name: string; readonly type: TypeReference | null }

/**
 * A function with named parameters, written in FEEL or made of a business knowledge model or decision service. The body
 * gets its arguments in the order of the parameters, coerced to their types. `height` is how many closures the body nests
 * itself, beyond the compiled expressions that it evaluates: recursion is bounded by their sum.
 */
export function functionOf(
  parameters: readonly FunctionParameter[],
  height: number,
  body: (values: readonly Value[], run: Run) => Value,
): FunctionValue {
  const types = parameters.map((parameter) => parameter.type)
  return new TypedFunction(types, (args, run) => {
    const values = bindParameters(parameters, args, run)
    if (values === null || !run.enter(height)) return null
    const result = body(values, run)
    run.leave(height)
    return result
  })
}

/** The arguments in the order of the parameters; null when they don't fit. */
function bindParameters(
  parameters: readonly FunctionParameter[],
  args: Arguments,
  run: Run,
): readonly Value[] | null {
  const size = args.kind === 'positional' ? args.values.length : args.values.size
  if (size !== parameters.length) {
    return run.warn(`The function takes ${parameters.length} arguments, but got ${size}`)
  }
  const values: Value[] = []
  for (const [index, { name, type }] of parameters.entries()) {
    const value = args.kind === 'positional' ? args.values[index] : args.values.get(name)
    if (value === undefined) return run.warn(`The function has no argument for its parameter ${name}`)
    const coerced = type === null ? value : coerce(value, type, run)
    if (coerced === null && value !== null) {
      return run.warn(`The argument for ${name} is not of the type of the parameter`)
    }
    values.push(coerced)
  }
  return values
}

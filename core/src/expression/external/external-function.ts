import type { Run } from '../run.ts'
import { type FunctionParameter, functionOf } from '../user-function.ts'
import { entryOf, type FunctionValue, isContext, type Value } from '../values.ts'
import { findJavaMethod, fitsJava, type JavaMethod } from './java-methods.ts'

/**
 * The function that a mapping names (DMN 1.5 §10.3.2.13.2): `{java: {class, method signature}}`, or the inner context alone as a
 * boxed function has it. No code is loaded: a fixed table has the pure static methods of the usual classes. Null, and
 * a warning, for all others.
 */
export function externalFunction(
  parameters: readonly FunctionParameter[],
  mapping: Value,
  run: Run,
): FunctionValue | null {
  const target = isContext(mapping) ? (entryOf(mapping, 'java') ?? mapping) : null
  if (target === null || !isContext(target))
    return run.warn('An external function needs a context named java')
  const [className, signature] = [entryOf(target, 'class'), entryOf(target, 'method signature')]
  if (typeof className !== 'string' || typeof signature !== 'string') {
    return run.warn('An external function needs a class and a method signature')
  }
  const method = findJavaMethod(className.trim(), signature)
  if (method === undefined) return run.warn(`There is no external function ${className}.${signature}`)
  if (method.types.length !== parameters.length) {
    return run.warn(`${className}.${signature} takes ${method.types.length} arguments`)
  }
  return functionOf(parameters, 1, (values, calling) =>
    call(method, `${className}.${signature}`, values, calling),
  )
}

function call(method: JavaMethod, name: string, values: readonly Value[], run: Run): Value {
  const unfit = method.types.findIndex((type, index) => !fitsJava(values[index]!, type))
  if (unfit >= 0) return run.warn(`Argument ${unfit + 1} of ${name} is no ${method.types[unfit]}`)
  return method.apply(values, run) ?? run.warn(`${name} has no result for these arguments`)
}

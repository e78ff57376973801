import { type Arguments, FunctionValue, typeOf } from '../values.ts'
import { aggregateFunctions } from './aggregate.ts'
import { booleanFunctions } from './boolean.ts'
import { contextFunctions } from './context.ts'
import { conversionFunctions } from './conversion.ts'
import { listFunctions } from './list.ts'
import { numericFunctions } from './numeric.ts'
import { patternFunctions } from './pattern.ts'
import { rangeFunctions } from './range.ts'
import type { BuiltIns, Overload } from './signature.ts'
import { stringFunctions } from './string.ts'
import { temporalFunctions } from './temporal.ts'

const groups: readonly BuiltIns[] = [
  aggregateFunctions,
  booleanFunctions,
  contextFunctions,
  conversionFunctions,
  listFunctions,
  numericFunctions,
  patternFunctions,
  rangeFunctions,
  stringFunctions,
  temporalFunctions,
]

/** Functions whose null is an answer: what was looked for, or given, is null. */
const mayBeNull: ReadonlySet<string> = new Set(['get value', 'get or else', 'string', 'assert', 'from json'])

/** Every built-in function by name (DMN 1.5 §10.3.4 and the extensions of Camunda's FEEL). */
const functions: ReadonlyMap<string, FunctionValue> = new Map(
  groups.flatMap((group) =>
    Object.entries(group).map(([name, overloads]) => [name, combine(name, overloads)]),
  ),
)

/** The first overload that the arguments fit answers; null when none does. */
function combine(name: string, overloads: readonly Overload[]): FunctionValue {
  const isAnswer = mayBeNull.has(name)
  const [only] = overloads
  const arity = overloads.length === 1 && only !== undefined ? only.arity : null
  return new FunctionValue(arity, (args, run) => {
    for (const overload of overloads) {
      const result = overload.apply(args, run)
      if (result === null && !isAnswer) return run.warn(`${name} has no result for these arguments`)
      if (result !== undefined) return result
    }
    return run.warn(`${name} doesn't take ${describe(args)}`)
  })
}

function describe(args: Arguments): string {
  const given =
    args.kind === 'positional'
      ? args.values.map(typeOf)
      : [...args.values].map(([name, value]) => `${name}: ${typeOf(value)}`)
  return `(${given.slice(0, 10).join(', ')})`
}

export const findBuiltIn = (name: string): FunctionValue | undefined => functions.get(name)

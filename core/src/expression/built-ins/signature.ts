import { toDecimal, toInteger } from '../number.ts'
import type { Run } from '../run.ts'
import {
  type Arguments,
  asList,
  type ContextValue,
  DateTimeValue,
  DateValue,
  DaysDuration,
  type FeelNumber,
  FunctionValue,
  isContext,
  isList,
  isNumber,
  MonthsDuration,
  RangeValue,
  TimeValue,
  type Value,
} from '../values.ts'

/** One parameter: its FEEL name and how an argument becomes what the body wants; `undefined` when it doesn't fit. */
export type Parameter<T> = {
  readonly name: string
  readonly read: (value: Value) => T | undefined
  readonly optional: boolean
}

/** A list of one stands for its item where no list is wanted (DMN 1.5 §10.3.2.9.4). */
const scalar =
  <T>(accept: (value: Value) => T | undefined) =>
  (name: string): Parameter<T> => ({
    name,
    optional: false,
    read: (value) => accept(value) ?? (isList(value) && value.length === 1 ? accept(value[0]!) : undefined),
  })

export const text = scalar((value) => (typeof value === 'string' ? value : undefined))
export const number = scalar<FeelNumber>((value) => (isNumber(value) ? value : undefined))
/** A position, length or scale; digits behind the point are cut off. */
export const integer = scalar<number>((value) =>
  isNumber(value) ? toInteger(toDecimal(value).trunc()) : undefined,
)
export const boolean = scalar((value) => (typeof value === 'boolean' ? value : undefined))
export const context = scalar<ContextValue>((value) => (isContext(value) ? value : undefined))
export const func = scalar((value) => (value instanceof FunctionValue ? value : undefined))
export const date = scalar((value) => (value instanceof DateValue ? value : undefined))
export const time = scalar((value) => (value instanceof TimeValue ? value : undefined))
export const dateTime = scalar((value) => (value instanceof DateTimeValue ? value : undefined))
export const dateOrDateTime = scalar((value) =>
  value instanceof DateValue || value instanceof DateTimeValue ? value : undefined,
)
export const days = scalar((value) => (value instanceof DaysDuration ? value : undefined))
export const range = scalar((value) => (value instanceof RangeValue ? value : undefined))
/** A value where a range is possible too. */
export const point = (name: string): Parameter<Value> => ({
  name,
  optional: false,
  read: (value) => (value === null || value instanceof RangeValue ? undefined : value),
})
export const duration = scalar((value) =>
  value instanceof DaysDuration || value instanceof MonthsDuration ? value : undefined,
)

/** A list; any other value but null becomes a list of one. */
export const list = (name: string): Parameter<readonly Value[]> => ({
  name,
  optional: false,
  read: (value) => (value === null ? undefined : asList(value)),
})

export const any = (name: string): Parameter<Value> => ({ name, optional: false, read: (value) => value })

/** May be left out, and is null then. */
export const optional = <T>(parameter: Parameter<T>): Parameter<T | null> => ({
  ...parameter,
  optional: true,
})

/** May be left out or null. */
export const nullable = <T>(parameter: Parameter<T>): Parameter<T | null> => ({
  ...parameter,
  optional: true,
  read: (value) => (value === null ? null : parameter.read(value)),
})

/** One way to call a built-in function. */
export type Overload = {
  /** The result, or undefined when the arguments don't fit this overload. */
  readonly apply: (args: Arguments, run: Run) => Value | undefined
  readonly arity: number | null
}

type Parameters<T extends readonly unknown[]> = { readonly [K in keyof T]: Parameter<T[K]> }

export function takes<T extends readonly unknown[]>(
  parameters: readonly [...Parameters<T>],
  body: (run: Run, ...args: T) => Value,
): Overload {
  const wanted: readonly Parameter<unknown>[] = parameters
  const required = wanted.filter((parameter) => !parameter.optional).length
  return {
    arity: required === wanted.length ? required : null,
    apply(args, run) {
      const count = args.kind === 'positional' ? args.values.length : args.values.size
      if (count < required || count > wanted.length) return undefined
      const values: unknown[] = []
      let found = 0
      for (const [index, parameter] of wanted.entries()) {
        const value = args.kind === 'positional' ? args.values[index] : args.values.get(parameter.name)
        if (value === undefined) {
          if (!parameter.optional) return undefined
          values.push(null)
          continue
        }
        found++
        const read = parameter.read(value)
        if (read === undefined) return undefined
        values.push(read)
      }
      // Each parameter read its own argument, so the tuple has the types of the parameters.
      return found === count ? body(run, ...(values as unknown as T)) : undefined
    },
  }
}

/** Takes one list, or the items of the list as arguments. */
export function takesItems(name: string, body: (run: Run, items: readonly Value[]) => Value): Overload {
  return {
    arity: null,
    apply(args, run) {
      if (args.kind === 'named') {
        const value = args.values.get(name)
        return args.values.size === 1 && value !== undefined && value !== null
          ? body(run, asList(value))
          : undefined
      }
      const [first] = args.values
      if (first === undefined) return undefined
      if (args.values.length > 1) return body(run, args.values)
      return first === null ? undefined : body(run, asList(first))
    },
  }
}

/** The overloads of every function of one group, by name. */
export type BuiltIns = Readonly<Record<string, readonly Overload[]>>
